//! A real server, a real Chromium, and the page between them, as a person uses it.
//!
//! ```text
//! a test ── Stage ── interleave serve   port of its own, store of its own, lock of its own
//!                 └─ chromedriver ── chromium   profile of its own
//! ```
//!
//! [`stage`] owns what is alive; [`page`] is what a person does and sees. The tests are in `tests/browser`, the pictures of the
//! page in `src/bin/screenshots.rs`. Nothing here is a mock, and nothing waits for a time to pass: only for what will be seen.

pub mod files;
pub mod page;
pub mod stage;

mod process;

pub use files::FileHost;
pub use page::Page;
pub use stage::{Stage, on_stage, on_two_stages};
