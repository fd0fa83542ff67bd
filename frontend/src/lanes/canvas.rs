//! From what `charts` paints to a canvas: its pixels as they are, then words and marks, which a browser draws better.

use charts::lanes::{Align, Raster, Rgb};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d, Path2d};

/// As the page's own.
const FONT: &str =
    "px system-ui, -apple-system, \"Segoe UI\", Roboto, \"Inter\", \"Helvetica Neue\", \"DejaVu Sans\", sans-serif";

/// A canvas that is painted on.
#[derive(Debug)]
pub(super) struct Canvas {
    canvas: OffscreenCanvas,
    context: OffscreenCanvasRenderingContext2d,
    ratio: f64,
    /// What was painted on last, for pictures of the same size: one, or one below the other.
    painted: Vec<Painted>,
}

#[derive(Debug)]
struct Painted {
    at: (f64, f64),
    size: (f64, f64),
    raster: Raster,
}

impl Canvas {
    pub(super) fn new(canvas: OffscreenCanvas) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, context, ratio: 1.0, painted: Vec::new() })
    }

    /// So large, in pixels of the page, each of which has so many of the screen's.
    pub(super) fn resize(&mut self, size: (f64, f64), ratio: f64) {
        let (width, height) = ((size.0 * ratio).round() as u32, (size.1 * ratio).round() as u32);
        if (self.canvas.width(), self.canvas.height()) != (width, height) || ratio != self.ratio {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            (self.ratio, self.painted) = (ratio, Vec::new());
        }
    }

    /// Paints a picture of this size at this place.
    pub(super) fn paint(&mut self, at: (f64, f64), size: (f64, f64), paint: impl FnOnce(&mut Raster)) {
        let of_this_size = |raster: &Painted| raster.size == size && raster.at == at;
        let place = self.painted.iter().position(of_this_size);
        let mut raster = place.map_or_else(|| Raster::new(size, self.ratio), |place| self.painted.swap_remove(place).raster);
        raster.clear();
        paint(&mut raster);
        // A picture without a pixel has nothing to show.
        let pixels = ImageData::new_with_u8_clamped_array(Clamped(raster.bytes()), raster.size().0 as u32);
        if let Ok(pixels) = pixels {
            let (x, y) = ((at.0 * self.ratio).round(), (at.1 * self.ratio).round());
            drop(self.context.put_image_data(&pixels, x, y));
        }
        self.write(at, &raster);
        self.painted.truncate(1);
        self.painted.push(Painted { at, size, raster });
    }

    fn write(&self, at: (f64, f64), raster: &Raster) {
        let (context, ratio) = (&self.context, self.ratio);
        let place = |x: f64, y: f64| drop(context.set_transform(ratio, 0.0, 0.0, ratio, x * ratio, y * ratio));
        place(at.0, at.1);
        context.set_text_baseline("middle");
        for written in raster.letters() {
            let style = written.style;
            context.set_fill_style_str(&colour(style.colour));
            // Whole and half pixels alone: a float's own form costs kilobytes.
            let (size, half) = (style.size as u32, if style.size.fract() >= 0.5 { ".5" } else { "" });
            context.set_font(&format!("{} {size}{half}{FONT}", if style.bold { 600 } else { 400 }));
            context.set_text_align(match style.held {
                Align::Left => "left",
                Align::Middle => "center",
                Align::Right => "right",
            });
            drop(context.fill_text(&written.words, written.at.0, written.at.1));
        }
        for marked in raster.marks() {
            if let Ok(path) = Path2d::new_with_path_string(marked.path) {
                place(at.0 + marked.at.0, at.1 + marked.at.1);
                context.set_fill_style_str(&colour(marked.colour));
                context.fill_with_path_2d(&path);
            }
        }
        drop(context.reset_transform());
    }
}

/// `#rrggbb`
fn colour([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
