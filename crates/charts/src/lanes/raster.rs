//! Pixels: a surface that is painted on by plain arithmetic. A browser's canvas takes half a microsecond and more for each
//! rectangle; this takes what its pixels cost, and the whole goes onto the canvas at once. Words and marks are kept, for the
//! canvas to draw.

use protocol::catalog::Look;

use super::surface::{Area, Fill, Letters, Rgb, Surface, mixed};

/// Pixels, and what is to be drawn over them.
#[derive(Clone, Debug, Default)]
pub struct Raster {
    width: usize,
    height: usize,
    /// Device pixels a pixel of the page.
    ratio: f64,
    /// Red, green, blue, and how much: all of it.
    pixels: Vec<[u8; 4]>,
    letters: Vec<PaintedWords>,
    marks: Vec<Marked>,
}

/// Words to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct PaintedWords {
    /// Where; `y` is their middle's.
    pub at: (f64, f64),
    /// What.
    pub words: String,
    /// How they look.
    pub style: Letters,
}

/// A mark to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// Its centre.
    pub at: (f64, f64),
    /// Its outline's path, in a square from -6 to 6.
    pub path: &'static str,
    /// In which colour.
    pub colour: Rgb,
}

/// From one line of a hatching to the next, and how wide one is, pixels, along a row.
const HATCH: (f64, f64) = (5.0, 1.6);

/// More device pixels than this in a direction are not made.
const MOST: f64 = 16_384.0;

impl Raster {
    /// Of this size in pixels of the page, each of them so many device pixels wide and high.
    #[must_use]
    pub fn new((width, height): (f64, f64), ratio: f64) -> Self {
        let ratio = if ratio > 0.0 { ratio.min(8.0) } else { 1.0 };
        let [width, height] = [width, height].map(|side| (side * ratio).round().clamp(1.0, MOST) as usize);
        Self { width, height, ratio, pixels: vec![[0, 0, 0, 255]; width * height], ..Self::default() }
    }

    /// Makes it ready to be painted anew.
    pub fn clear(&mut self) {
        self.letters.clear();
        self.marks.clear();
    }

    /// Its size in device pixels.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The pixels from left to right and down: red, green, blue, alpha.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// The colour of a device pixel.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<Rgb> {
        let [red, green, blue, _] = *self.pixels.get(y * self.width + x).filter(|_| x < self.width)?;
        Some([red, green, blue])
    }

    /// The words that belong over the pixels.
    #[must_use]
    pub fn letters(&self) -> &[PaintedWords] {
        &self.letters
    }

    /// The marks that belong over the pixels.
    #[must_use]
    pub fn marks(&self) -> &[Marked] {
        &self.marks
    }

    fn put(&mut self, at: usize, colour: Rgb, strength: u8) {
        let Some(pixel) = self.pixels.get_mut(at) else { return };
        let [red, green, blue, alpha] = *pixel;
        let [new_red, new_green, new_blue] = if strength == 255 { colour } else { mixed([red, green, blue], colour, strength) };
        *pixel = [new_red, new_green, new_blue, alpha];
    }
}

/// How much of each pixel from the first on lies between two places: of the first, of those between, of the last.
struct Covered {
    first: usize,
    end: usize,
    from: f64,
    to: f64,
}

impl Covered {
    fn of(from: f64, to: f64, most: usize) -> Option<Self> {
        let (from, to) = (from.clamp(0.0, most as f64), to.clamp(0.0, most as f64));
        (to > from).then(|| Self { first: from as usize, end: (to.ceil() as usize).min(most), from, to })
    }

    /// 0 to 1.
    fn share(&self, pixel: usize) -> f64 {
        (self.to.min(pixel as f64 + 1.0) - self.from.max(pixel as f64)).clamp(0.0, 1.0)
    }
}

/// How much of a pixel's colour is a fill's that covers so much of it.
fn strength(fill: Fill, share: f64) -> u8 {
    (f64::from(fill.strength) * share + 0.5) as u8
}

impl Surface for Raster {
    fn rectangle(&mut self, area: Area, fill: Fill) {
        let Area { x, y, width, height } = area;
        let scale = self.ratio;
        let Some(columns) = Covered::of(x * scale, (x + width) * scale, self.width) else { return };
        let Some(rows) = Covered::of(y * scale, (y + height) * scale, self.height) else { return };
        let [red, green, blue] = fill.colour;
        let (period, line) = ((HATCH.0 * scale).round().max(2.0) as usize, (HATCH.1 * scale).round().max(1.0) as usize);
        let is_plain = !fill.hatched && fill.strength == 255;
        // Those that are covered as a whole, but for its upper and lower edge.
        let left = columns.first + usize::from(columns.share(columns.first) < 1.0);
        let right = columns.end - usize::from(columns.share(columns.end - 1) < 1.0);
        for row in rows.first..rows.end {
            let (down, start) = (rows.share(row), row * self.width);
            if is_plain && down >= 1.0 && left <= right {
                self.pixels[start + left..start + right].fill([red, green, blue, 255]);
                let edges = [(left > columns.first).then_some(columns.first), (right < columns.end).then_some(right)];
                for column in edges.into_iter().flatten() {
                    self.put(start + column, fill.colour, strength(fill, columns.share(column)));
                }
                continue;
            }
            for column in columns.first..columns.end {
                if !fill.hatched || (column + row) % period < line {
                    self.put(start + column, fill.colour, strength(fill, down * columns.share(column)));
                }
            }
        }
    }

    fn dot(&mut self, centre: (f64, f64), radius: f64, fill: Fill) {
        let (x, y, radius) = (centre.0 * self.ratio, centre.1 * self.ratio, radius * self.ratio);
        let Some(columns) = Covered::of(x - radius - 1.0, x + radius + 1.0, self.width) else { return };
        let Some(rows) = Covered::of(y - radius - 1.0, y + radius + 1.0, self.height) else { return };
        for row in rows.first..rows.end {
            for column in columns.first..columns.end {
                let far = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
                let inside = (radius + 0.5 - far).clamp(0.0, 1.0);
                if inside > 0.0 {
                    self.put(row * self.width + column, fill.colour, strength(fill, inside));
                }
            }
        }
    }

    fn words(&mut self, at: (f64, f64), words: &str, style: Letters) {
        self.letters.push(PaintedWords { at, words: words.to_owned(), style });
    }

    fn mark(&mut self, centre: (f64, f64), look: &Look, colour: Rgb) {
        self.marks.push(Marked { at: centre, path: crate::mark::outline(look), colour });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_covers_as_much_as_its_area_is() {
        for (ratio, hatched) in [(1.0, false), (2.0, false), (1.5, false), (1.0, true)] {
            for area in [(1.0, 2.0, 3.0, 4.0), (1.25, 2.5, 0.5, 1.0), (-5.0, -5.0, 7.5, 6.25), (8.0, 8.0, 50.0, 50.0)] {
                let (x, y, width, height) = area;
                let mut raster = Raster::new((10.0, 10.0), ratio);
                let fill = Fill { hatched, ..Fill::plain([255, 0, 0]) };
                raster.rectangle(Area { x, y, width, height }, fill);
                let painted: f64 = raster.pixels.iter().map(|[red, ..]| f64::from(*red) / 255.0).sum::<f64>() / ratio / ratio;
                let inside = |from: f64, length: f64| (from + length).min(10.0) - from.max(0.0);
                let expected = inside(x, width) * inside(y, height);
                if hatched {
                    assert!(painted < expected, "{painted} of {expected}");
                } else {
                    assert!((painted - expected).abs() < 0.05, "{painted} of {expected}");
                }
            }
        }
    }

    #[test]
    fn what_is_outside_or_no_number_is_not_painted() {
        let mut raster = Raster::new((4.0, 4.0), f64::NAN);
        for x in [f64::NAN, f64::INFINITY, -1e300, 9.0] {
            raster.rectangle(Area { x, y: 0.0, width: 1.0, height: 1.0 }, Fill::plain([255; 3]));
            raster.dot((x, 1.0), 1.0, Fill::plain([255; 3]));
        }
        assert!(raster.pixels.iter().all(|pixel| *pixel == [0, 0, 0, 255]));
        assert_eq!((raster.pixel(3, 3), raster.pixel(4, 0), raster.pixel(0, 4)), (Some([0; 3]), None, None));
    }
}
