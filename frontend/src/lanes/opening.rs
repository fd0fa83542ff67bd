//! What is drawn, as the page says it: by attributes of the element that it leaves to the lanes.

use charts::lanes::{SceneModel, SceneWords};
use protocol::catalog::{Look, Noun, Shape};
use serde::{Deserialize, Serialize};

/// What is drawn, and where it is had from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The models, in the order of the result. Their code is not here yet.
    pub models: Vec<SceneModel>,
    /// The workload's words.
    pub words: SceneWords,
    /// The address of the lanes; empty if nobody has them.
    pub columns: String,
    /// Whether parts of the time can be asked for.
    pub in_parts: bool,
    /// The address of the models' code.
    pub sources: String,
    /// What is looked at first, if a link says so.
    pub first: Option<(i64, i64)>,
}

/// The outlines of marks, by the numbers that the page gives them.
const SHAPES: [Shape; 9] = [
    Shape::Circle,
    Shape::Square,
    Shape::Triangle,
    Shape::Diamond,
    Shape::Hexagon,
    Shape::Pentagon,
    Shape::Wedge,
    Shape::Bars,
    Shape::Cross,
];

impl Opening {
    /// Reads the attributes, each by its name.
    #[must_use]
    pub fn read(attribute: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| attribute(name).unwrap_or_default();
        let words = text("data-words");
        let mut words = words.lines().map(str::to_owned);
        let mut noun = || Noun { one: words.next().unwrap_or_default(), many: words.next().unwrap_or_default() };
        let words = SceneWords { unit: noun(), operation: noun() };
        Self {
            models: text("data-models").lines().filter_map(model).collect(),
            words,
            columns: text("data-columns"),
            in_parts: attribute("data-in-parts").is_some(),
            sources: text("data-sources"),
            first: None,
        }
    }
}

/// A line of models: id, name, the same inside a sentence, colours on both grounds, outline, notch.
fn model(line: &str) -> Option<SceneModel> {
    let mut parts = line.split('\t');
    let mut next = || parts.next().map(str::to_owned);
    let (id, name, within, light, dark) = (next()?, next()?, next()?, next()?, next()?);
    let shape = *SHAPES.get(next()?.parse::<usize>().ok()?)?;
    let notched = next()? == "1";
    Some(SceneModel { id, name, within, look: Look { shape, notched, light, dark }, code: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_says_is_read() {
        let opening = Opening::read(|name| {
            let text = match name {
                "data-models" => "tokio\tTokio\tTokio\t#b24e00\t#f59a4c\t1\t0\nsmol\tsmol\tsmol\t#111111\t#222222\t8\t1\n",
                "data-words" => "connection\nconnections\nrequest\nrequests",
                "data-columns" => "api/runs/1/lanes",
                _ => return None,
            };
            Some(text.to_owned())
        });
        assert_eq!(opening.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["tokio", "smol"]);
        assert_eq!(opening.models[0].look.shape, Shape::Square);
        assert!(opening.models[1].look.notched && opening.models[1].look.shape == Shape::Cross);
        assert_eq!((opening.words.unit.one.as_str(), opening.words.operation.many.as_str()), ("connection", "requests"));
        assert!(!opening.in_parts && opening.first.is_none());
    }

    #[test]
    fn shapes_have_the_numbers_that_the_page_gives_them() {
        for (number, shape) in SHAPES.into_iter().enumerate() {
            assert_eq!(shape as usize, number);
        }
    }
}
