//! The page as a person uses it. One test is one thing that a person can rely on; its name says which.

mod accessible;
mod away;
mod code;
mod compare;
mod composer;
mod file;
mod history;
mod import;
mod interrupted;
mod keyboard;
mod lanes;
mod link;
mod media;
mod panel;
mod phone;
mod pictures;
mod result;
mod running;
mod share;
mod static_edition;
mod workloads;

/// Over in a moment: three models, one repetition of next to nothing.
const TINY: &str = "/ping-pong?units=2&rounds=20&models=threads,tokio,actix&workers=2&repetitions=1&seed=1&v=1";
/// Long enough to be watched, and idle: nine trials of half a second.
const WATCHED: &str = "/wait?units=2&rounds=5&wait_ms=100&models=threads,tokio&workers=2&repetitions=3&seed=1&v=1";
/// Never over by itself in the time that a test takes.
const ENDLESS: &str = "/wait?units=2&rounds=100&wait_ms=1000&models=tokio&workers=2&repetitions=1&seed=1&v=1";
