//! A part of recorded lanes as an SVG, for documents: `cargo run -p interleave-charts --example lanes_picture -- CATALOG LANES
//! WORKLOAD VIEW TITLE`, with the catalogue as JSON, the lanes as the server sends them, and the view as a link has it.
//!
//! The colours of the light theme, and those of the dark one where the reader's system asks for it.

use std::collections::BTreeMap;
use std::error::Error;

use charts::Theme;
use charts::lanes::{Focus, LanesView, Palette, Scene, SceneModel, SceneWords, SvgSurface};
use protocol::Catalog;
use protocol::lanes::{Lanes, bundled};

const WIDTH: f64 = 960.0;
const HIGHEST: f64 = 600.0;

#[expect(clippy::print_stdout, reason = "what it is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [catalog, bundle, workload, view, title] = &arguments[..] else {
        return Err("CATALOG LANES WORKLOAD VIEW TITLE".into());
    };
    let catalog: Catalog = serde_json::from_slice(&std::fs::read(catalog)?)?;
    let workload = catalog.workload(workload).ok_or("there is no such workload")?;
    let bytes = std::fs::read(bundle)?;
    let lanes = bundled(&bytes)?.into_iter().map(Lanes::of_bytes).collect::<Result<Vec<Lanes>, _>>()?;
    let models = lanes.iter().filter_map(|lanes| catalog.model(&lanes.about.model)).map(SceneModel::of).collect();
    let mut scene = Scene::new(models, SceneWords { unit: workload.unit.clone(), operation: workload.operation.clone() });
    lanes.into_iter().for_each(|lanes| scene.add(lanes, (i64::MIN, i64::MAX)));
    let view = LanesView::of_text(view).ok_or("that is no view")?;
    // As high as its rows are.
    let most = scene.layout(&view, (WIDTH, HIGHEST));
    let size = (WIDTH, (most.plot.y + most.height + 1.0).ceil().min(HIGHEST));
    let drawn = |theme| {
        let mut svg = SvgSurface::new("lanes", size);
        let layout = scene.layout(&view, size);
        scene.paint(&view, &layout, &Focus::default(), &Palette::of(theme), &mut svg);
        svg.done(title)
    };
    println!("{}", in_both_themes(&drawn(Theme::Light), &drawn(Theme::Dark))?);
    Ok(())
}

/// The light picture, with the colours of the dark one as a style. Both are the same but for their colours.
fn in_both_themes(light: &str, dark: &str) -> Result<String, String> {
    let mut pairs: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let (mut lights, mut darks) = (light.split('"'), dark.split('"'));
    let mut name = "";
    while let (Some(one), Some(other)) = (lights.next(), darks.next()) {
        if one != other && one.starts_with('#') && pairs.insert((name, one), other).is_some_and(|before| before != other) {
            return Err(format!("{one} is two colours in the dark"));
        }
        name = one.rsplit(' ').next().unwrap_or_default().trim_end_matches('=');
    }
    let rules: String = pairs.iter().map(|((name, light), dark)| format!("[{name}='{light}']{{{name}:{dark}}}")).collect();
    let style = format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>");
    let end = light.find("<defs>").ok_or("a picture without definitions")?;
    Ok(format!("{}{style}{}", &light[..end], &light[end..]))
}
