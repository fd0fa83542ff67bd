//! Lanes as pictures: who ran where, and what they did, of all models on one clock. Pure functions, and no browser: the page's
//! module of lanes paints with them on pixels, documents on an SVG.
//!
//! ```text
//! scene     lanes of several models by rows        spans     rows in which time is counted by binary search
//! units     rows of units, from those of threads   view      what is looked at: the window, what rows are of
//! layout    which rows there are, and where        paint     what is painted of them, on a
//! surface   thing that can be painted on           raster    pixels         drawn    an SVG
//! spot      what is under a point, and beside it   card      what is told of it
//! range     what a range of time holds             replay    who was where at one moment
//! overview  the picture of a result: what the lanes of all models show at a glance
//! ```

mod card;
mod drawn;
mod layout;
mod names;
mod overview;
mod paint;
mod range;
mod raster;
mod replay;
mod scene;
mod spans;
mod spot;
mod surface;
mod ticks;
mod units;
mod view;

pub use drawn::SvgSurface;
pub use layout::{Lane, Layout, Row};
pub(crate) use overview::PICTURE;
pub use paint::Focus;
pub use raster::{Marked, PaintedWords, Raster};
pub use replay::{Replay, ReplayOf, ReplayPlace, Whereabouts};
pub use scene::{Scene, SceneModel, SceneWords};
pub use spot::{Spot, SpotStep, What};
pub use surface::{Align, Area, Fill, Letters, ModelColours, Palette, Rgb, Surface, mixed};
pub use ticks::{moment, window};
pub use view::{LanesView, RowsOf, SHORTEST};
