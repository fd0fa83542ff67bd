//! What draws results: the page's second module, a worker beside it. It folds the log of the run on show itself, so that neither
//! statistics nor pictures ever hold up the page, and answers with text.
//!
//! ```text
//! page ── Request::Draw: entries of the log, the view ──► painter: fold, statistics, charts ── Reply::Drawn ──► page
//! ```

use charts::Theme;
use charts::drawing::Form;
use protocol::drawing::Drawing;
use protocol::{Run, View, compact};
use serde::{Deserialize, Serialize};

/// What a painter is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Draw the run on show, looked at like this.
    Draw {
        /// Which run it is: the answer says it again.
        ticket: u32,
        /// Whether the log begins: what there was before is of another run.
        begins: bool,
        /// The next entries of its log, in frames.
        log: Vec<u8>,
        /// How it is looked at.
        view: View,
    },
    /// Give out a picture of it, by its id.
    Export(String, ExportForm),
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// What the run of this ticket looks like.
    Drawn(u32, Box<Drawing>),
    /// A picture: in which form it is wanted, and its text. A bitmap is made in the page, of the text of an SVG.
    Exported(String, ExportForm, String),
}

/// As what a picture leaves the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ExportForm {
    Csv,
    Svg,
    Png,
}

impl ExportForm {
    /// As what the painter draws it: light, because most of what a picture is put into is.
    fn drawn(self) -> Form {
        match self {
            Self::Csv => Form::Csv,
            Self::Svg | Self::Png => Form::Svg(Theme::Light),
        }
    }

    /// What a button of it does.
    #[must_use]
    pub fn does(self) -> &'static str {
        match self {
            Self::Csv => "copy the figures",
            Self::Svg => "copy an SVG",
            Self::Png => "copy a PNG",
        }
    }
}

/// The run on show, as far as its log has come.
#[derive(Debug, Default)]
pub struct Painter {
    run: Run,
    view: View,
    frames: compact::Frames,
}

impl Painter {
    /// Takes a request, and gives the answer; both in the compact form. Nothing of what is no request.
    pub fn take(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let answer = self.answer(compact::read(request).ok()?)?;
        compact::write(&answer).ok()
    }

    fn answer(&mut self, request: Request) -> Option<Reply> {
        match request {
            Request::Draw { ticket, begins, log, view } => {
                if begins {
                    *self = Self::default();
                }
                self.frames.push(&log);
                while let Some(frame) = self.frames.next_frame() {
                    self.run.apply(&compact::read(&frame).ok()?);
                }
                self.view = view;
                Some(Reply::Drawn(ticket, Box::new(charts::drawing(&self.run, &self.view))))
            }
            Request::Export(id, form) => {
                let text = charts::drawing::export(&self.run, &self.view, &id, form.drawn())?;
                Some(Reply::Exported(id, form, text))
            }
        }
    }
}
