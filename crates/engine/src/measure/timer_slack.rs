//! How late the kernel may be with the timers of a thread.

use std::io;

use nix::sys::prctl::set_timerslack;

/// Has the timers of this thread end when they are asked to, and not up to 50 µs later so that several end together (the
/// kernel's default, see `PR_SET_TIMERSLACK` in prctl(2)). Threads that it makes from now on inherit it: for a generator of load,
/// which makes none, and never for what is measured.
///
/// # Errors
/// If the kernel does not know it.
pub fn punctual() -> io::Result<()> {
    // 0 would be the default again.
    Ok(set_timerslack(1)?)
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use nix::unistd::gettid;

    use super::*;

    fn slack() -> u64 {
        // Not below `/proc/thread-self`: the file is only where a process would be.
        fs::read_to_string(format!("/proc/{}/timerslack_ns", gettid())).unwrap().trim().parse().unwrap()
    }

    #[test]
    fn a_thread_is_punctual_and_the_others_are_as_they_were() {
        let usual = slack();
        let others = thread::spawn(|| {
            punctual().unwrap();
            assert_eq!(slack(), 1);
            thread::spawn(slack).join().unwrap()
        });
        assert_eq!(others.join().unwrap(), 1, "a thread that it makes has its slack");
        assert_eq!(slack(), usual);
    }
}
