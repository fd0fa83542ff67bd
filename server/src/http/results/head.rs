//! What stands in the head of a result's page: for browsers' tabs, for chats that show a preview of a link, and for programs
//! that look for other forms of it.

use charts::preview::{Mention, PREVIEW_HEIGHT, PREVIEW_WIDTH};
use maud::{Markup, html};

use super::Twin;
use crate::http::page;
use crate::http::sheet;
use crate::http::site::Site;
use crate::runs::id::ResultId;

/// What the head is made of.
pub(super) struct Head<'a> {
    pub(super) site: &'a Site,
    pub(super) id: ResultId,
    pub(super) mention: &'a Mention,
    pub(super) published: bool,
    /// The forms of its lanes that this server has.
    pub(super) of_lanes: &'a [Twin],
}

/// "TCP echo: native threads, Tokio · Interleave"
pub(in crate::http) fn title_of(mention: &Mention) -> String {
    format!("{} · Interleave", mention.title)
}

impl Head<'_> {
    fn markup(&self) -> Markup {
        let (link, title, says) = (self.link(Twin::Page), title_of(self.mention), &self.mention.sentence);
        let picture = self.link(Twin::Png);
        let asked: String = form_urlencoded::byte_serialize(link.as_bytes()).collect();
        let oembed = self.site.link(&format!("/api/oembed?url={asked}"));
        let has = |twin: &Twin| !twin.is_of_lanes() || self.of_lanes.contains(twin);
        let twins = Twin::ALL.iter().filter(|(twin, ending, _)| !ending.is_empty() && has(twin));
        html! {
            title { (title) }
            meta name="description" content=(says);
            @if !self.published { meta name="robots" content="noindex"; }
            link rel="canonical" href=(link);
            meta property="og:type" content="article";
            meta property="og:site_name" content="Interleave";
            meta property="og:title" content=(self.mention.title);
            meta property="og:description" content=(says);
            meta property="og:url" content=(link);
            meta property="og:image" content=(picture);
            meta property="og:image:type" content="image/png";
            meta property="og:image:width" content=(PREVIEW_WIDTH);
            meta property="og:image:height" content=(PREVIEW_HEIGHT);
            meta property="og:image:alt" content=(says);
            meta name="twitter:card" content="summary_large_image";
            @for (twin, ending, media_type) in twins {
                link rel="alternate" type=(media_type) href=(self.link(*twin)) title={ "This result as ." (ending) };
            }
            link rel="alternate" type="application/json+oembed" href=(oembed) title=(self.mention.title);
        }
    }

    fn link(&self, twin: Twin) -> String {
        self.site.link(&twin.path(self.id))
    }

    /// The page itself with this head; a plain page with the same one if the program was built without.
    pub(super) fn page(&self) -> String {
        let head = self.markup().into_string();
        match page::index().and_then(|index| with_head(index, &head)) {
            Some(page) => page,
            None => {
                let body = html! {
                    h1 { (self.mention.title) }
                    p { (self.mention.sentence) }
                    p.muted { (self.mention.origin) }
                    p { a href=(Twin::Html.path(self.id)) { "All of it in one file" } }
                };
                // It has a title of its own, which is not this one.
                let text = sheet::page("", &html! {}, &body);
                with_head(&text, &head).unwrap_or(text)
            }
        }
    }
}

/// A page with this in place of its title and of its description.
pub(in crate::http) fn with_head(page: &str, head: &str) -> Option<String> {
    let (before, rest) = page.split_once("<title>")?;
    let (_, rest) = rest.split_once("</title>")?;
    Some(format!("{before}{head}{}", without_description(rest)))
}

/// Without that of the page itself, however it is written: in a release there is no quote that can be left out.
fn without_description(page: &str) -> String {
    let tags = page.match_indices("<meta ").filter_map(|(from, _)| Some(from..from + page[from..].find('>')? + 1));
    let is_one = |tag: &str| tag.contains("name=\"description\"") || tag.contains("name=description");
    match tags.into_iter().find(|tag| is_one(&page[tag.clone()])) {
        Some(tag) => format!("{}{}", &page[..tag.start], &page[tag.end..]),
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_and_description_are_the_result_s_and_the_rest_is_as_it_was() {
        let page = "<head><title>Interleave</title>\n<meta name=\"description\" content=\"See.\" />\n<script>x</script></head>";
        let expected = "<head><title>A</title>\n\n<script>x</script></head>";
        assert_eq!(with_head(page, "<title>A</title>").unwrap(), expected);
        let smaller = "<title>Interleave</title><meta content=See. name=description><meta name=other content=1>";
        assert_eq!(with_head(smaller, "<title>A</title>").unwrap(), "<title>A</title><meta name=other content=1>");
        assert_eq!(with_head("<title></title>x", "<title>A</title>").unwrap(), "<title>A</title>x");
        assert_eq!(with_head("nothing", ""), None);
    }

    #[test]
    fn no_text_of_a_result_is_markup() {
        let hostile = "\"><script>alert(1)</script>";
        let mention = Mention { title: hostile.to_owned(), sentence: hostile.to_owned(), origin: hostile.to_owned() };
        let site = Site::new("127.0.0.1:1".parse().unwrap(), None, None).unwrap();
        let head = Head { site: &site, id: ResultId::of_hash(&[0; 32]), mention: &mention, published: false, of_lanes: &[] };
        let page = head.page();
        assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"), "{page}");
    }
}
