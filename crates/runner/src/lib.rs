//! The child process that runs one trial, and the parent's handle on it.
//!
//! ```text
//! server process                                      child process (the same executable, in the child role)
//!   anyone ──Job──► Supervisor's thread ──starts────►   enter_child: confine itself
//!                    │  the only one that starts,         │  Registry::run: warm-up, work, check
//!                    │  watches and reaps children        │  one JSON line for each phase, one for the result
//!                    │◄── pipe: lines ────────────────────┘  then waits for its standard input to end
//!                    │◄── /proc/PID/status, wait4
//!   tell(Told) ◄─────┘    cancel, time and memory limits: SIGKILL to its process group
//! ```
//!
//! A child cannot outlive its parent: the kernel kills it when the supervisor's thread ends (`PR_SET_PDEATHSIG` follows the
//! thread that started it, which is why that thread does nothing else for its whole life).

#[cfg(not(target_os = "linux"))]
compile_error!(
    "Interleave measures on Linux alone: a trial is watched through /proc, and ends with its parent through prctl. \
     On another system run it in a Linux virtual machine, on Windows in WSL 2"
);

mod allocator;
mod busy;
mod calibrate;
mod child;
mod conditions;
mod cores;
mod job;
mod lock;
mod machine;
mod pipe;
mod readings;
mod settings;
mod supervisor;
mod watch;
mod wire;

pub use allocator::allocators;
pub use calibrate::calibration;
pub use child::enter_child;
pub use conditions::Before;
pub use engine::Registry;
pub use job::{Job, Program, Told, TrialLimits};
pub use machine::machine;
pub use supervisor::{Supervisor, TrialHandle};
