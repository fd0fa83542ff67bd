//! A catalogue to compute with.

use protocol::catalog::{Cell, Headline, Look, Noun, Shape};
use protocol::{Catalog, Model, Workload};

/// One workload, on these models.
pub(crate) fn catalog(headline: &str, models: &[&str]) -> Catalog {
    let look = || Look { shape: Shape::Circle, notched: false, light: "#000000".into(), dark: "#ffffff".into() };
    let name = |id: &str| if id == "threads" { "Native threads".to_owned() } else { id.to_uppercase() };
    let model = |id: &&str| Model {
        id: (*id).into(),
        name: name(id),
        within: name(id).replace("Native", "native"),
        summary: String::new(),
        variant_of: None,
        look: look(),
        options: Vec::new(),
        libraries: Vec::new(),
    };
    let noun = |one: &str, many: &str| Noun { one: one.into(), many: many.into() };
    let cell = |id: &&str| Cell {
        model: (*id).into(),
        absent: None,
        source: None,
        options: Vec::new(),
        libraries: Vec::new(),
        units_limit: None,
    };
    let workload = Workload {
        id: "echo".into(),
        name: "Echo".into(),
        summary: String::new(),
        help: String::new(),
        unit: noun("connection", "connections"),
        operation: noun("request", "requests"),
        latency: String::new(),
        scope: Vec::new(),
        headline: Headline { metric: headline.into(), subject: "{units} connections".into(), verb: "answered".into() },
        by_time: false,
        parameters: Vec::new(),
        figures: Vec::new(),
        cells: models.iter().map(cell).collect(),
    };
    let models = models.iter().map(model).collect();
    Catalog { version: 1, models, workloads: vec![workload], quantities: analysis::quantities::all(), ..Catalog::default() }
}
