//! Processes that are owned: what was started is stopped, however this program ends.
//!
//! ```text
//! cargo xtask ── group of its own: interleave serve ── trials (their own sessions; the server's to stop)
//!             └─ group of its own: trunk serve ── cargo ── rustc …
//! ```
//!
//! A child leads a process group, so that what it started can be stopped with it, and so that Ctrl-C in the terminal comes here
//! first and only here. If this program is killed with no time to do anything, the kernel sends the child SIGTERM.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

/// How often something that is waited for is looked at.
pub(crate) const BEAT: Duration = Duration::from_millis(20);
/// How long a process may take to end of itself before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Set by the first SIGINT, SIGTERM or SIGHUP.
static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From here on these signals only leave a mark, which every wait looks at.
pub(crate) fn listen_for_signals() {
    let stop = STOP.get_or_init(Arc::default);
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        if let Err(problem) = signal_hook::flag::register(signal as i32, Arc::clone(stop)) {
            crate::tell(&format!("{signal} will not be noticed: {problem}"));
        }
    }
}

/// Whether somebody asked this program to stop.
pub(crate) fn asked_to_stop() -> bool {
    STOP.get().is_some_and(|stop| stop.load(Ordering::Relaxed))
}

/// An error if somebody asked this program to stop.
pub(crate) fn go_on() -> Result<()> {
    if asked_to_stop() {
        bail!("stopped");
    }
    Ok(())
}

/// What a program printed, once it has ended well. It is not looked at meanwhile: it has the machine to itself.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    go_on()?;
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut program = Owned::start(&name, command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let mut text = String::new();
    let (stdout, _) = program.pipes();
    stdout.context("a program without standard output")?.read_to_string(&mut text)?;
    let status = program.wait(|| ())?;
    if !status.success() {
        bail!("{name} {:?}: {status}; {text}", command.get_args().collect::<Vec<_>>());
    }
    Ok(text)
}

/// A child process and its group. Dropping it stops them.
pub(crate) struct Owned {
    child: Child,
    name: String,
}

impl Owned {
    /// Starts it. Call from the main thread alone: the kernel's "your parent died" follows the thread that started the child.
    pub(crate) fn start(name: &str, command: &mut Command) -> Result<Self> {
        command.process_group(0);
        #[expect(
            unsafe_code,
            reason = "runs between fork and exec, where only async-signal-safe calls may be made: prctl is one"
        )]
        // SAFETY: the closure makes one system call and allocates nothing.
        unsafe {
            command.pre_exec(|| nix::sys::prctl::set_pdeathsig(Signal::SIGTERM).map_err(io::Error::from));
        }
        let child = command.spawn().with_context(|| format!("{name}: {} does not start", command.get_program().display()))?;
        Ok(Self { child, name: name.to_owned() })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The pipes, if the command asked for them.
    pub(crate) fn pipes(&mut self) -> (Option<std::process::ChildStdout>, Option<std::process::ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| self.name.clone())
    }

    /// Waits for its end, or for somebody to ask this program to stop; calls `meanwhile` at every beat.
    pub(crate) fn wait(&mut self, mut meanwhile: impl FnMut()) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            go_on()?;
            meanwhile();
            std::thread::sleep(BEAT);
        }
    }

    /// SIGKILL to it alone: what the kernel's memory keeper would do to it.
    pub(crate) fn kill_leader(&self) -> Result<()> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGKILL).with_context(|| self.name.clone())
    }

    fn signal_group(&self, signal: Signal) {
        // An error here says that the group is empty already.
        let _ = killpg(Pid::from_raw(self.child.id().cast_signed()), signal);
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.signal_group(Signal::SIGTERM);
            let since = Instant::now();
            while since.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(BEAT);
            }
        }
        // The leader may leave others of its group behind.
        self.signal_group(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}
