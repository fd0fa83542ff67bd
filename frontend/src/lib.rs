//! The page: a form drawn from the catalogue, a run followed as it happens, and what came out of it.
//!
//! ```text
//! view (plain functions of the state) ── Action ──► State::apply ──► new state ──► view
//!                                                        │
//!                                                        └── Effect ──► app: fetch, event stream, history, clock ── Action ──►
//! ```
//!
//! [`state`] is pure: it knows neither the browser nor yew, and is tested natively. [`app`] is the only component; it runs the
//! effects and owns everything that is alive (stream, timers, listeners). Nothing is animated and nothing polls while a trial
//! runs: the page usually shares the cores that are being measured.

pub mod app;
pub mod edition;
pub mod keeper;
pub mod lanes;
pub mod painter;
pub mod state;
pub mod view;
pub mod web;
