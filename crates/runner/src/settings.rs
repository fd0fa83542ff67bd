//! How this machine's kernel is set, as far as that can change a result. What it does not say is `None`.

use std::fs;
use std::path::Path;

use protocol::machine::Settings;
use rustix::time::{ClockId, clock_getres};

const CPUS: &str = "/sys/devices/system/cpu";

/// Reads them.
pub(crate) fn settings() -> Settings {
    Settings {
        libc: libc_version(),
        transparent_huge_pages: text("/sys/kernel/mm/transparent_hugepage/enabled").as_deref().and_then(chosen),
        governor: governors(Path::new(CPUS)),
        smt: text(&format!("{CPUS}/smt/control")),
        mitigations: mitigations(Path::new(&format!("{CPUS}/vulnerabilities"))),
        clock_source: text("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        tick_hz: tick_hz(),
    }
}

fn text(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Of a list of which one is in brackets, as the kernel shows a choice: "always [madvise] never".
fn chosen(list: &str) -> Option<String> {
    let (_, rest) = list.split_once('[')?;
    rest.split_once(']').map(|(chosen, _)| chosen.to_owned())
}

/// Of all cores, each once: "performance", "performance, powersave".
fn governors(cpus: &Path) -> Option<String> {
    let of = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("cpufreq/scaling_governor")).ok();
    let mut all: Vec<String> = fs::read_dir(cpus).ok()?.flatten().filter_map(of).map(|name| name.trim().to_owned()).collect();
    all.sort_unstable();
    all.dedup();
    (!all.is_empty()).then(|| all.join(", "))
}

/// How many of the processor's known weaknesses are mitigated, which costs time, and which are not.
fn mitigations(folder: &Path) -> Option<String> {
    let mut files: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort_unstable();
    let (mut mitigated, mut open) = (0, Vec::new());
    for file in &files {
        let state = fs::read_to_string(file).unwrap_or_default();
        if state.starts_with("Mitigation") {
            mitigated += 1;
        } else if state.starts_with("Vulnerable") {
            open.extend(file.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    let open = if open.is_empty() { String::new() } else { format!("; open: {}", open.join(", ")) };
    (!files.is_empty()).then(|| format!("{mitigated} of {}{open}", files.len()))
}

/// The coarse clock moves once per tick, and says how far.
fn tick_hz() -> Option<u64> {
    let tick = clock_getres(ClockId::MonotonicCoarse);
    let nanoseconds = u64::try_from(tick.tv_nsec).ok().filter(|nanoseconds| *nanoseconds > 0 && tick.tv_sec == 0)?;
    Some((1_000_000_000 + nanoseconds / 2) / nanoseconds)
}

/// "glibc 2.36": of the library that is loaded, which need not be the one that this was compiled against.
#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "no crate here asks for it")]
fn libc_version() -> Option<String> {
    // SAFETY: it returns a text that is there for ever and ends with a zero.
    let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    version.to_str().ok().map(|version| format!("glibc {version}"))
}

#[cfg(not(target_env = "gnu"))]
fn libc_version() -> Option<String> {
    cfg!(target_env = "musl").then(|| "musl".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_what_stands_in_brackets() {
        assert_eq!(chosen("always [madvise] never\n").as_deref(), Some("madvise"));
        assert_eq!(chosen("always\n"), None);
    }

    #[test]
    fn weaknesses_that_are_open_are_named_and_those_that_are_mitigated_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        for (name, state) in [
            ("meltdown", "Mitigation: PTI\n"),
            ("retbleed", "Vulnerable\n"),
            ("srbds", "Not affected\n"),
            ("mds", "Vulnerable: x\n"),
        ] {
            fs::write(folder.path().join(name), state).unwrap();
        }
        assert_eq!(mitigations(folder.path()).as_deref(), Some("1 of 4; open: mds, retbleed"));
        assert_eq!(mitigations(&folder.path().join("nothing")), None);
    }

    #[test]
    fn the_governors_of_all_cores_are_told_each_once() {
        let cpus = tempfile::tempdir().unwrap();
        assert_eq!(governors(cpus.path()), None, "a virtual machine has none");
        for (core, governor) in [("cpu0", "powersave\n"), ("cpu1", "performance\n"), ("cpu2", "powersave\n")] {
            let folder = cpus.path().join(core).join("cpufreq");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("scaling_governor"), governor).unwrap();
        }
        assert_eq!(governors(cpus.path()).as_deref(), Some("performance, powersave"));
    }

    #[test]
    fn this_machine_s_tick_is_one_that_a_kernel_can_have() {
        let settings = settings();
        assert!(settings.tick_hz.is_some_and(|hz| (24..=1_200).contains(&hz)), "{settings:?}");
        assert!(settings.libc.is_none_or(|libc| libc.split(' ').count() <= 2));
    }
}
