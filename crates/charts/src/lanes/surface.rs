//! What lanes are painted on, and in which colours. A surface knows rectangles, dots, words and marks, and nothing of lanes.

use protocol::catalog::Look;
use serde::{Deserialize, Serialize};

use crate::Theme;
use crate::mark::colour;
use crate::svg::Tone;

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// Something that can be painted on. Places are in pixels of the page, from the left upper corner down and to the right.
pub trait Surface {
    /// A rectangle.
    fn rectangle(&mut self, area: Area, fill: Fill);
    /// A disc.
    fn dot(&mut self, centre: (f64, f64), radius: f64, fill: Fill);
    /// A line of words; `y` is their middle's.
    fn words(&mut self, at: (f64, f64), words: &str, style: Letters);
    /// A model's mark.
    fn mark(&mut self, centre: (f64, f64), look: &Look, colour: Rgb);

    /// The edge of a rectangle, so thick, inside it.
    fn outline(&mut self, area: Area, thick: f64, fill: Fill) {
        let Area { x, y, width, height } = area;
        for edge in [
            Area { height: thick, ..area },
            Area { y: y + height - thick, height: thick, ..area },
            Area { x, y, width: thick, height },
            Area { x: x + width - thick, y, width: thick, height },
        ] {
            self.rectangle(edge, fill);
        }
    }
}

/// A rectangle's place and size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    /// Whether this point is in it.
    #[must_use]
    pub fn has(&self, x: f64, y: f64) -> bool {
        x >= self.x && x < self.x + self.width && y >= self.y && y < self.y + self.height
    }
}

/// What a shape is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// In which colour.
    pub colour: Rgb,
    /// How much of it lies over what is there, in 255ths.
    pub strength: u8,
    /// Whether only diagonal lines are painted.
    pub hatched: bool,
}

impl Fill {
    /// All of it.
    #[must_use]
    pub fn plain(colour: Rgb) -> Self {
        Self { colour, strength: 255, hatched: false }
    }

    /// Lines of it.
    #[must_use]
    pub fn hatched(colour: Rgb) -> Self {
        Self { hatched: true, ..Self::plain(colour) }
    }

    /// So much of it.
    #[must_use]
    pub fn strong(self, strength: u8) -> Self {
        Self { strength, ..self }
    }
}

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letters {
    /// Their size in pixels; 11 at least.
    pub size: f64,
    /// Their colour.
    pub colour: Rgb,
    /// Whether they are bold (600).
    pub bold: bool,
    /// Where they are held.
    pub held: Align,
}

/// Where words are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Align {
    Left,
    Middle,
    Right,
}

/// The colours of everything that is in no model's, and which of a model's two colours it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the page's styles")]
pub struct Palette {
    pub card: Rgb,
    pub soft: Rgb,
    pub line: Rgb,
    pub edge: Rgb,
    pub ink: Rgb,
    pub muted: Rgb,
    pub models: ModelColours,
}

/// Which colours models have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ModelColours {
    /// Those for the light ground.
    Light,
    /// Those for the dark one.
    Dark,
    /// None of their own: the ink's. For forced colours, in which the others are the system's.
    Ink,
}

impl Palette {
    /// The page's own colours on this ground.
    #[must_use]
    pub fn of(theme: Theme) -> Self {
        let of = |tone: Tone| rgb(theme.of(tone)).unwrap_or_default();
        Self {
            card: of(Tone::Card),
            soft: of(Tone::Soft),
            line: of(Tone::Line),
            edge: of(Tone::Edge),
            ink: of(Tone::Ink),
            muted: of(Tone::Muted),
            models: if theme == Theme::Light { ModelColours::Light } else { ModelColours::Dark },
        }
    }

    /// Of what a system forces: its ground, text and grey text (`Canvas`, `CanvasText`, `GrayText`).
    #[must_use]
    pub fn forced(ground: Rgb, text: Rgb, grey: Rgb) -> Self {
        let soft = mixed(ground, text, 20);
        Self { card: ground, soft, line: grey, edge: text, ink: text, muted: text, models: ModelColours::Ink }
    }

    /// A model's colour.
    #[must_use]
    pub fn model(&self, look: &Look) -> Rgb {
        let text = match self.models {
            ModelColours::Light => &look.light,
            ModelColours::Dark => &look.dark,
            ModelColours::Ink => return self.ink,
        };
        rgb(colour(text)).unwrap_or(self.ink)
    }
}

/// The colour that `#rrggbb` is.
fn rgb(text: &str) -> Option<Rgb> {
    let number = u32::from_str_radix(text.strip_prefix('#')?, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// A colour with so much of another one over it, in 255ths.
#[must_use]
pub fn mixed(under: Rgb, over: Rgb, strength: u8) -> Rgb {
    let strength = u32::from(strength);
    std::array::from_fn(|part| ((u32::from(under[part]) * (255 - strength) + u32::from(over[part]) * strength + 127) / 255) as u8)
}
