//! The command line: a file a command, and what they print.

pub(crate) mod catalog;
pub(crate) mod run;
pub(crate) mod serve;

mod csv;
mod fit;
mod progress;
mod signals;
mod table;
