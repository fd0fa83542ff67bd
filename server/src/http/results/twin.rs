//! The forms in which a result is given out: its page, and its twins.

use std::borrow::Cow;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName};
use anyhow::{Context as _, Result, anyhow};
use charts::Theme;
use charts::preview::{mention, preview};
use protocol::{Run, View};

use super::head::Head;
use crate::http::lanes::LANES;
use crate::http::ready::Ready;
use crate::http::{Api, embed, page};
use crate::runs::id::{ResultId, is_id};
use crate::runs::now_ms;
use crate::store::StoredResult;
use crate::{cli, document, pixels};

/// Not to be found by search engines: who has kept it has not published it.
pub(in crate::http) const NO_INDEX: (HeaderName, &str) = (HeaderName::from_static("x-robots-tag"), "noindex");

/// How long a twin is good without asking again, seconds. What an id names never changes, but it may be deleted, and is drawn
/// anew by a later build: nobody sees it for longer than a day after that.
const GOOD_FOR: u64 = 24 * 60 * 60;

/// A form of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::http) enum Twin {
    /// The page itself, with a head of its own.
    Page,
    /// The report.
    Json,
    /// All figures of each trial.
    Csv,
    /// To be pasted into an issue.
    Markdown,
    /// The card of a link: what came out, and its picture.
    Svg,
    /// The same as pixels.
    Png,
    /// One file that opens anywhere.
    Html,
    /// What each thread did when.
    Lanes,
    /// The same for other viewers.
    Trace,
    /// What the store has.
    Capsule,
    /// For another's page, in the colours that the reader's system asks for, or in these.
    Frame,
    FrameLight,
    FrameDark,
}

impl Twin {
    /// Those that have an address of their own: what stands behind the id and a full stop, and the media type.
    pub(super) const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::Page, "", "text/html; charset=utf-8"),
        (Self::Json, "json", "application/json"),
        (Self::Csv, "csv", "text/csv; charset=utf-8"),
        (Self::Markdown, "md", "text/markdown; charset=utf-8"),
        (Self::Svg, "svg", "image/svg+xml"),
        (Self::Png, "png", "image/png"),
        (Self::Html, "html", "text/html; charset=utf-8"),
        (Self::Lanes, "lanes", LANES),
        (Self::Trace, "trace.json", "application/json"),
        (Self::Capsule, "interleave", CAPSULE),
    ];

    /// The id and the form that the last part of a path names: `abc` or `abc.trace.json`.
    pub(super) fn named(file: &str) -> Option<(ResultId, Self)> {
        let (id, ending) = file.split_once('.').unwrap_or((file, ""));
        let (twin, ..) =
            Self::ALL.into_iter().find(|(_, known, _)| *known == ending && ending.is_empty() != file.contains('.'))?;
        Some((ResultId::read(id)?, twin))
    }

    /// Its address on this server.
    pub(in crate::http) fn path(self, id: ResultId) -> String {
        let ending = Self::ALL.iter().find(|(twin, ..)| *twin == self).map_or("", |(_, ending, _)| ending);
        let stop = if ending.is_empty() { "" } else { "." };
        format!("/r/{}{stop}{ending}", id.as_str())
    }

    fn media_type(self) -> &'static str {
        Self::ALL.iter().find(|(twin, ..)| *twin == self).map_or("text/html; charset=utf-8", |(.., media_type)| media_type)
    }

    /// Whether it is of lanes, which not every result has.
    pub(super) fn is_of_lanes(self) -> bool {
        matches!(self, Self::Lanes | Self::Trace)
    }

    /// Whether a file is asked for that has the result's lanes in it too.
    pub(super) fn is_with_lanes(self, query: &str) -> bool {
        let is_on = |(name, value): (Cow<'_, str>, Cow<'_, str>)| name == "lanes" && value == "on";
        self == Self::Capsule && form_urlencoded::parse(query.as_bytes()).any(is_on)
    }

    /// Whether it is in the colours of one ground.
    pub(super) fn is_drawn(self) -> bool {
        matches!(self, Self::Svg | Self::Png)
    }

    /// Whether a person looks at it in a browser: what is wrong is then said in a page.
    pub(super) fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::Frame | Self::FrameLight | Self::FrameDark)
    }
}

/// The forms in which the lanes of this result can be given out here.
fn of_lanes(api: &Api, stored: &StoredResult) -> &'static [Twin] {
    match &stored.line.run {
        _ if stored.has_lanes => &[Twin::Lanes, Twin::Trace],
        run if !is_id(run) => &[],
        run if api.store.lanes_of_run(run).is_some() => &[Twin::Lanes, Twin::Trace],
        run if api.store.open_trace(run).is_some() => &[Twin::Trace],
        _ => &[],
    }
}

/// The media type of a capsule.
pub(in crate::http) const CAPSULE: &str = "application/vnd.interleave.capsule";

/// The run of a stored result.
pub(in crate::http) fn run_of(stored: &StoredResult) -> Result<Run> {
    let capsule = capsule::open(&stored.capsule).map_err(|refused| anyhow!("{refused}"))?;
    let first = capsule.results.into_iter().next().context("it is empty")?;
    Ok(first.run)
}

/// The result in this form.
///
/// # Errors
/// If what is stored cannot be read.
pub(super) fn made(api: &Api, stored: &StoredResult, twin: Twin, dark: bool) -> Result<Ready> {
    let id = ResultId::read(&stored.line.id).context("its id is none")?;
    let run = run_of(stored)?;
    let view = View::default();
    let theme = if dark { Theme::Dark } else { Theme::Light };
    let body: Vec<u8> = match twin {
        Twin::Page => {
            let of_lanes = of_lanes(api, stored);
            let mention = mention(&run, &view);
            let head = Head { site: &api.site, id, mention: &mention, published: stored.line.published, of_lanes };
            head.page().into()
        }
        Twin::Json => serde_json::to_vec(&analysis::report::report(&run))?,
        Twin::Csv => cli::csv::trials(&run)?.into(),
        Twin::Markdown => charts::markdown(&run, &view, Some(&api.site.link(&Twin::Page.path(id)))).into(),
        Twin::Svg => preview(&run, &view, theme).into(),
        Twin::Png => pixels::png(&preview(&run, &view, theme))?,
        Twin::Html => document::of(&api.context, &run, &view)?.into(),
        Twin::Capsule => stored.capsule.clone(),
        Twin::Frame => embed::result(&api.site, id, &run, &view, None).into(),
        Twin::FrameLight => embed::result(&api.site, id, &run, &view, Some("light")).into(),
        Twin::FrameDark => embed::result(&api.site, id, &run, &view, Some("dark")).into(),
        Twin::Lanes | Twin::Trace => anyhow::bail!("lanes are no part of a result's capsule"),
    };
    let ready = Ready::new(twin.media_type(), body);
    let ready = match twin {
        // It is of this build, which a browser must not miss the next of.
        Twin::Page => {
            ready.with(actix_web::http::header::CACHE_CONTROL, "no-cache").with(CONTENT_SECURITY_POLICY, page::policy())
        }
        Twin::Frame | Twin::FrameLight | Twin::FrameDark => {
            ready.unchanged_for(good_for(stored)).with(CONTENT_SECURITY_POLICY, &embed::policy())
        }
        Twin::Html => ready
            .unchanged_for(good_for(stored))
            .with(CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        Twin::Svg => ready
            .unchanged_for(good_for(stored))
            .with(CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        Twin::Capsule => ready
            .unchanged_for(good_for(stored))
            .with(CONTENT_DISPOSITION, &format!("attachment; filename=\"interleave-{}.interleave\"", id.as_str())),
        _ => ready.unchanged_for(good_for(stored)),
    };
    Ok(if stored.line.published { ready } else { ready.with(NO_INDEX.0, NO_INDEX.1) })
}

/// Not longer than it is kept.
pub(super) fn good_for(stored: &StoredResult) -> u64 {
    stored.line.expires_ms.map_or(GOOD_FOR, |end| (end.saturating_sub(now_ms()) / 1000).min(GOOD_FOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_named_behind_the_id() {
        let id = "abcdefghijkmnpqr";
        for (file, twin) in
            [("", Some(Twin::Page)), (".json", Some(Twin::Json)), (".trace.json", Some(Twin::Trace)), (".", None), (".exe", None)]
        {
            let file = format!("{id}{file}");
            assert_eq!(Twin::named(&file).map(|(_, twin)| twin), twin, "{file}");
        }
        assert_eq!(Twin::named("abc.json"), None);
        for (twin, ending, _) in Twin::ALL {
            let path = twin.path(ResultId::read(id).unwrap());
            assert_eq!(Twin::named(path.trim_start_matches("/r/")).unwrap().1, twin, "{ending}");
        }
    }
}
