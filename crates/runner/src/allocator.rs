//! The allocator of a process of this program: chosen when it starts, before the first allocation.
//!
//! A child is told by its environment which one its trial is to have; every other process has glibc's. The choice costs a branch
//! per call: to spawn a million tasks on Tokio took 1.02 times as long (0.99 to 1.09) as with no choice at all, which is what the
//! same program differs from itself; to make threads, 0.98 (0.97 to 1.02).

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::CStr;
use std::sync::atomic::{AtomicU8, Ordering};

use mimalloc::MiMalloc;
#[cfg(feature = "jemalloc")]
use tikv_jemallocator::Jemalloc;

/// The variable in a child's environment.
const VARIABLE: &CStr = c"INTERLEAVE_ALLOCATOR";

/// Its name.
pub(crate) const CHOICE: &str = match VARIABLE.to_str() {
    Ok(name) => name,
    Err(_) => panic!("it is ASCII"),
};

/// The field of the method that says which.
pub(crate) const FIELD: &str = "allocator";

const UNDECIDED: u8 = 0;
const GLIBC: u8 = 1;
const MIMALLOC: u8 = 2;
#[cfg(feature = "jemalloc")]
const JEMALLOC: u8 = 3;

/// Those that this build has, by their names in the method; the first is the default.
const NAMES: &[(&str, u8)] = &[
    ("glibc", GLIBC),
    ("mimalloc", MIMALLOC),
    #[cfg(feature = "jemalloc")]
    ("jemalloc", JEMALLOC),
];

static CHOSEN: AtomicU8 = AtomicU8::new(UNDECIDED);

#[global_allocator]
static ALLOCATOR: Chosen = Chosen;

struct Chosen;

/// The names of the allocators that a trial of this build can have.
#[must_use]
pub fn allocators() -> Vec<String> {
    NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// What was asked of this process, if it is none of those that there are.
pub(crate) fn unknown() -> Option<String> {
    std::env::var(CHOICE).ok().filter(|asked| !NAMES.iter().any(|(name, _)| name == asked))
}

/// The allocator's number; found out at the first allocation, which is long before there is a second thread.
#[inline]
fn chosen() -> u8 {
    match CHOSEN.load(Ordering::Relaxed) {
        UNDECIDED => decide(),
        chosen => chosen,
    }
}

/// Without an allocation: it is what one waits for.
#[cold]
#[expect(unsafe_code, reason = "the standard library's way to read the environment allocates")]
fn decide() -> u8 {
    // SAFETY: nobody changes the environment before the first allocation, and the text that is returned ends with a zero.
    let asked = unsafe {
        let text = libc::getenv(VARIABLE.as_ptr());
        if text.is_null() { c"" } else { CStr::from_ptr(text) }
    };
    let found = NAMES.iter().find(|(name, _)| name.as_bytes() == asked.to_bytes());
    let chosen = found.map_or(GLIBC, |(_, number)| *number);
    CHOSEN.store(chosen, Ordering::Relaxed);
    chosen
}

/// Calls the same of the chosen allocator.
macro_rules! delegate {
    ($method:ident($($argument:expr),*)) => {
        match chosen() {
            MIMALLOC => MiMalloc.$method($($argument),*),
            #[cfg(feature = "jemalloc")]
            JEMALLOC => Jemalloc.$method($($argument),*),
            _ => System.$method($($argument),*),
        }
    };
}

// SAFETY: the choice never changes once it has been made, so each block goes back to the allocator that it came from, and each of
// them keeps the contract.
#[expect(unsafe_code, reason = "an allocator is unsafe by its nature; this one hands every call on as it is")]
unsafe impl GlobalAlloc for Chosen {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's duties are the same.
        unsafe { delegate!(alloc(layout)) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { delegate!(alloc_zeroed(layout)) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { delegate!(realloc(block, layout, size)) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { delegate!(dealloc(block, layout)) }
    }
}
