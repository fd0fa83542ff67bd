//! Lanes in the Chrome trace format, for other viewers. Source: "Trace Event Format", N. Duca, D. Sinclair. Times are in
//! microseconds.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use super::{DeedKind, Lanes};

/// Time off the core shorter than this is not drawn: it would be narrower than the reading of the clocks.
const SHORTEST_NS: i64 = 1_000;

/// What units do has a process of its own beside that of the threads, with a number that no process has: spans of one track must
/// lie inside each other, and an operation does not lie inside a stint.
const UNITS: u32 = 10_000_000;

/// Writes the events of a trial, a JSON object per line with a comma behind it. `process` numbers the trial among others.
///
/// # Errors
/// Those of what is written to.
pub fn write_events(lanes: &Lanes, process: u32, to: &mut impl Write) -> fmt::Result {
    let model = quoted(&lanes.about.model);
    let units = quoted(&format!("{}: units", lanes.about.model));
    for (process, name) in [(process, &model), (process + UNITS, &units)] {
        writeln!(to, r#"{{"ph":"M","pid":{process},"name":"process_name","args":{{"name":{name}}}}},"#)?;
        for (thread, name) in lanes.about.threads.iter().enumerate() {
            let name = quoted(name);
            writeln!(to, r#"{{"ph":"M","pid":{process},"tid":{thread},"name":"thread_name","args":{{"name":{name}}}}},"#)?;
        }
    }
    let mut ended: BTreeMap<u32, i64> = BTreeMap::new();
    for stint in &lanes.stints {
        let ready = stint.from.saturating_sub_unsigned(stint.waited);
        let before = ended.insert(stint.thread, stint.to);
        let core = stint.core.map_or_else(String::new, |core| format!(r#","args":{{"core":{core}}}"#));
        // The names of colours are the format's own.
        for (state, from, until, colour, about) in [
            ("blocked", before.unwrap_or(ready), ready, "thread_state_sleeping", ""),
            ("runnable", ready, stint.from, "thread_state_runnable", ""),
            ("running", stint.from, stint.to, "thread_state_running", core.as_str()),
        ] {
            let length = until - from;
            if length >= SHORTEST_NS || (state == "running" && length > 0) {
                let (thread, from, length) = (stint.thread, microseconds(from), microseconds(length));
                writeln!(
                    to,
                    r#"{{"ph":"X","pid":{process},"tid":{thread},"name":"{state}","cat":"thread","cname":"{colour}","ts":{from},"dur":{length}{about}}},"#
                )?;
            }
        }
    }
    for deed in &lanes.deeds {
        let (thread, process) = (deed.thread, process + UNITS);
        let mut about = Vec::new();
        about.extend(deed.unit.map(|unit| format!(r#""unit":{unit}"#)));
        about.extend((deed.line > 0).then(|| format!(r#""line":{}"#, deed.line)));
        let about = about.join(",");
        let instant = match deed.kind {
            DeedKind::Operation => {
                let (from, length) = (microseconds(deed.from), microseconds(deed.to - deed.from));
                writeln!(
                    to,
                    r#"{{"ph":"X","pid":{process},"tid":{thread},"name":"operation","cat":"unit","ts":{from},"dur":{length},"args":{{{about}}}}},"#
                )?;
                continue;
            }
            DeedKind::Made => "created",
            DeedKind::Ended => "done",
            DeedKind::Failed => "failed",
        };
        let at = microseconds(deed.to);
        writeln!(
            to,
            r#"{{"ph":"i","pid":{process},"tid":{thread},"name":"{instant}","cat":"unit","s":"t","ts":{at},"args":{{{about}}}}},"#
        )?;
    }
    for (name, at) in [("measured part begins", 0), ("measured part ends", lanes.about.to)] {
        let at = microseconds(at);
        writeln!(to, r#"{{"ph":"i","pid":{process},"tid":0,"name":"{name}","cat":"unit","s":"p","ts":{at},"args":{{}}}},"#)?;
    }
    Ok(())
}

/// Exact, and without the weight of a float's form.
fn microseconds(nanoseconds: i64) -> String {
    let (sign, length) = (if nanoseconds < 0 { "-" } else { "" }, nanoseconds.unsigned_abs());
    format!("{sign}{}.{:03}", length / 1_000, length % 1_000)
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact_and_texts_are_those_of_json() {
        for (nanoseconds, text) in [(0, "0.000"), (1_234_567, "1234.567"), (-5, "-0.005"), (i64::MIN, "-9223372036854775.808")] {
            assert_eq!(microseconds(nanoseconds), text);
        }
        for text in ["worker 1", "a \"b\" \\ c", "\n\t\u{1}", "é"] {
            assert_eq!(serde_json::from_str::<String>(&quoted(text)).unwrap(), text);
        }
    }
}
