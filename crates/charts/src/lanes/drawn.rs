//! An SVG: a surface for documents, and for whoever looks at a picture without a browser.

use maud::{PreEscaped, html};
use protocol::catalog::Look;

use super::surface::{Align, Area, Fill, Letters, Rgb, Surface};
use crate::mark::outline;
use crate::svg::{FONTS, clean};
use crate::words::decimal;

/// An SVG in the making.
#[derive(Clone, Debug, Default)]
pub struct SvgSurface {
    /// Before the ids of what is defined in it: several may stand in one page.
    id: String,
    size: (f64, f64),
    text: String,
    /// Rectangles of one fill that follow each other: they are one path.
    path: Option<(Fill, String)>,
    hatchings: Vec<Rgb>,
}

impl SvgSurface {
    /// Of this size, pixels.
    #[must_use]
    pub fn new(id: &str, size: (f64, f64)) -> Self {
        Self { id: id.to_owned(), size, ..Self::default() }
    }

    /// The whole, with what it shows in words.
    #[must_use]
    pub fn done(mut self, title: &str) -> String {
        self.flush();
        let (id, [width, height]) = (&self.id, [self.size.0, self.size.1].map(number));
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img"
                aria-labelledby={ (id) "-title" } font-family=(FONTS) {
                title id={ (id) "-title" } { (clean(title)) }
                defs {
                    @for colour in &self.hatchings {
                        pattern id={ (id) "-" (hex(*colour)) } width="5" height="5" patternUnits="userSpaceOnUse" {
                            path d="M-1 1L1-1M0 5L5 0M4 6L6 4" stroke={ "#" (hex(*colour)) } stroke-width="1.1" {}
                        }
                    }
                }
                (PreEscaped(&self.text))
            }
        }
        .into_string()
    }

    fn flush(&mut self) {
        let Some((fill, path)) = self.path.take() else { return };
        let (paint, strength) = (self.paint(fill), strength(fill));
        let path = html! { path d=(path) fill=(paint) fill-opacity=[strength] {} };
        self.text.push_str(&path.into_string());
    }

    fn paint(&mut self, fill: Fill) -> String {
        let hex = hex(fill.colour);
        if !fill.hatched {
            return format!("#{hex}");
        }
        if !self.hatchings.contains(&fill.colour) {
            self.hatchings.push(fill.colour);
        }
        format!("url(#{}-{hex})", self.id)
    }
}

impl Surface for SvgSurface {
    fn rectangle(&mut self, area: Area, fill: Fill) {
        if !(area.width > 0.0 && area.height > 0.0) {
            return;
        }
        if self.path.as_ref().is_none_or(|(last, _)| *last != fill) {
            self.flush();
            self.path = Some((fill, String::new()));
        }
        let Area { x, y, width, height } = area;
        let Some((_, path)) = &mut self.path else { return };
        for part in ["M", &number(x), " ", &number(y), "h", &number(width), "v", &number(height), "h", &number(-width), "z"] {
            path.push_str(part);
        }
    }

    fn dot(&mut self, (x, y): (f64, f64), radius: f64, fill: Fill) {
        self.flush();
        let (paint, strength) = (self.paint(fill), strength(fill));
        let [x, y, radius] = [x, y, radius].map(number);
        self.text.push_str(&html! { circle cx=(x) cy=(y) r=(radius) fill=(paint) fill-opacity=[strength] {} }.into_string());
    }

    fn words(&mut self, (x, y): (f64, f64), words: &str, style: Letters) {
        self.flush();
        let anchor = match style.held {
            Align::Left => None,
            Align::Middle => Some("middle"),
            Align::Right => Some("end"),
        };
        let [x, y, size] = [x, y + style.size * 0.36, style.size].map(number);
        let weight = style.bold.then_some("600");
        let text = html! {
            text x=(x) y=(y) font-size=(size) fill={ "#" (hex(style.colour)) } text-anchor=[anchor] font-weight=[weight] { (clean(words)) }
        };
        self.text.push_str(&text.into_string());
    }

    fn mark(&mut self, (x, y): (f64, f64), look: &Look, colour: Rgb) {
        self.flush();
        let [x, y] = [x, y].map(number);
        let mark = html! { path d=(outline(look)) transform={ "translate(" (x) " " (y) ")" } fill={ "#" (hex(colour)) } {} };
        self.text.push_str(&mark.into_string());
    }
}

fn strength(fill: Fill) -> Option<String> {
    (fill.strength < 255).then(|| number(f64::from(fill.strength) / 255.0))
}

fn hex([red, green, blue]: Rgb) -> String {
    format!("{red:02x}{green:02x}{blue:02x}")
}

/// With two decimals at the most: a float's own text would bring the library's exact ones into the page.
fn number(value: f64) -> String {
    let text = decimal(value, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
