//! A picture made into pixels, with letters that this program brings along: the machine may have none.

use std::sync::{Arc, LazyLock};

use anyhow::{Context as _, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{ImageHrefResolver, Options, Tree};

/// Inter, in the two weights that pictures use: `server/fonts/README.md`.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../fonts/inter-regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../fonts/inter-semibold.ttf").to_vec());
    fonts.set_sans_serif_family("Inter");
    Arc::new(fonts)
});

/// The PNG of an SVG, in its own size.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>> {
    let options = Options {
        font_family: "Inter".to_owned(),
        fontdb: Arc::clone(&FONTS),
        // No picture of ours has another in it: whatever asks for one is not answered, and no file is opened.
        image_href_resolver: ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).context("a picture without an area")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

#[cfg(test)]
mod tests {
    use charts::Theme;
    use charts::preview::{PREVIEW_HEIGHT, PREVIEW_WIDTH, preview};
    use protocol::{Run, RunEvent, View};

    use super::*;

    fn sample() -> Run {
        let lines = include_str!("../sample.jsonl").lines();
        let events: Vec<RunEvent> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        Run::of_log(&events)
    }

    #[test]
    fn a_preview_is_a_png_of_its_size_with_letters_in_it() {
        let svg = preview(&sample(), &View::default(), Theme::Light);
        let whole = png(&svg).unwrap();
        let number = |at: usize| u32::from_be_bytes(whole[at..at + 4].try_into().unwrap());
        assert_eq!((&whole[..8], number(16), number(20)), (b"\x89PNG\r\n\x1a\n".as_slice(), PREVIEW_WIDTH, PREVIEW_HEIGHT));
        // A picture whose letters are missing is a plain one, and small.
        let without =
            svg.replace("<text", "<desc").replace("</text", "</desc").replace("<tspan", "<desc").replace("</tspan", "</desc");
        assert!(whole.len() > 2 * png(&without).unwrap().len());
    }

    #[test]
    fn every_letter_of_a_figure_and_of_a_unit_has_a_form() {
        let face = FONTS.faces().next().unwrap().id;
        let blank = |letter: char| {
            let drawn = |text: &str| {
                let words = format!("<text y='30' font-size='30'>{text}</text>");
                png(&format!("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'>{words}</svg>")).unwrap()
            };
            drawn(&letter.to_string()) == drawn("\u{e000}")
        };
        assert!(FONTS.face(face).is_some());
        for letter in "×–µ≥≤±·→’“”…±²³é★".chars() {
            assert!(!blank(letter) || letter == '★', "{letter}");
        }
    }
}
