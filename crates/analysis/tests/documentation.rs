//! `docs/quantities.md` is the table of quantities, printed. `UPDATE_GOLDEN=1 cargo test -p interleave-analysis` prints it anew.

use std::fmt::Write;
use std::path::Path;

use analysis::quantities::{all, csv_name};
use protocol::catalog::{Better, Quantity, Unit};

const HEAD: &str = "# What is measured of every trial

Printed from the table in `crates/analysis/src/quantities.rs`, and compared with it by a test: change it there. A workload's own figures stand beside
these, under `extra` in a trial; `interleave catalog --json` lists them all.

A trial has only the figures that were measured: one that failed has few. *In JSON* a key with a dot is a member of a group (`latency_ns.p50` is
`\"latency_ns\": {\"p50\": …}`); of a quantity that is computed there is the summary over the trials only.

| name | key | in CSV | unit | better | what it is |
| --- | --- | --- | --- | --- | --- |
";

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => "ns",
        Unit::Bytes => "bytes",
        Unit::BytesPerSecond => "bytes per second",
        Unit::PerSecond => "per second",
        Unit::Count => "a count",
        Unit::Share => "a share of one",
    }
}

fn better(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "",
    }
}

fn row(Quantity { key, label, unit: of, better: way, help, .. }: &Quantity) -> String {
    // Without a workload a quantity has no word for its operations.
    let label = label.replace("{Operations}", "Operations").replace("{operations}", "operations");
    format!("| {label} | `{key}` | `{}` | {} | {} | {help} |\n", csv_name(key), unit(*of), better(*way))
}

#[test]
fn the_document_of_quantities_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/quantities.md");
    let mut text = HEAD.to_owned();
    all().iter().for_each(|quantity| text.write_str(&row(quantity)).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "print it anew: see the head of this file");
}
