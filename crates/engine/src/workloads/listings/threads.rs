//! Native threads: each is one of the operating system's, with a stack of its own. They can run on several cores at once, and
//! which of them goes on first after a sleep is the kernel's to say.

use std::thread;
use std::time::Duration;

use super::Params;

pub(super) fn run(Params { units, lines, pause_ms }: Params) {
    let start = |unit| {
        thread::spawn(move || {
            for line in 1..=lines {
                println!("unit {unit}: line {line}");
                thread::sleep(Duration::from_millis(pause_ms));
            }
        })
    };
    let units: Vec<_> = (1..=units).map(start).collect();
    // Without the joins the program would end with its main thread, and cut the others off in the middle.
    for unit in units {
        unit.join().unwrap();
    }
}
