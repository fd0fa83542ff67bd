//! The command line: a file a command, and what they print.

pub(crate) mod backup;
pub(crate) mod catalog;
pub(crate) mod export;
pub(crate) mod man;
pub(crate) mod open;
pub(crate) mod restore;
pub(crate) mod run;
pub(crate) mod serve;

pub(crate) mod csv;
mod fit;
mod found;
mod given;
mod link;
mod progress;
mod signals;
mod table;
