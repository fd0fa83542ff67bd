//! How long lanes take to be painted, natively, on pixels: `cargo run --release -p interleave-charts --example lanes [WIDTH HEIGHT]`.
//!
//! Three models share so many spans; each line is of one zoom and one way to look: the shortest, the median and the longest of the
//! frames, while the window moves. On a machine that does something else, too, the shortest says what they cost.

use std::hint::black_box;
use std::time::Instant;

use charts::Theme;
use charts::lanes::{Focus, LanesView, Palette, Raster, RowsOf, Scene, SceneModel, SceneWords};
use protocol::catalog::{Look, Noun, Shape};
use protocol::lanes::{Deed, DeedKind, Lanes, LanesAbout, SPANS_PER_BLOCK, Stint};

/// Frames of each line.
const FRAMES: usize = 60;

fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|size| size.parse().ok());
    let size = (sizes.next().unwrap_or(1040.0), sizes.next().unwrap_or(640.0));
    print_line(&["spans", "rows", "window", "shortest", "median", "longest"]);
    for spans in [10_000, 100_000, 1_000_000] {
        let began = Instant::now();
        let scene = scene(spans);
        let made = began.elapsed();
        let (from, to) = scene.span();
        for (rows, name) in [(RowsOf::Both, "both"), (RowsOf::Units, "units")] {
            let first = LanesView { rows, ..LanesView::whole((from, to)) };
            // What is made of rows when it is first asked for is none of a frame's.
            let began = Instant::now();
            black_box(scene.layout(&first, size));
            let asked = began.elapsed();
            for (window, part) in [("whole", 1), ("middle", 100), ("deep", (to - from) / 200_000)] {
                let mut raster = Raster::new(size, 1.0);
                let mut times: Vec<u128> = (0..FRAMES).map(|frame| painted(&scene, &first, part, frame, &mut raster)).collect();
                times.sort_unstable();
                let [shortest, median, longest] = [0, FRAMES / 2, FRAMES - 1].map(|frame| format!("{} µs", times[frame]));
                print_line(&[&spans.to_string(), name, window, &shortest, &median, &longest]);
            }
            print_line(&[&spans.to_string(), name, "first asked for", &format!("{} µs", asked.as_micros()), "", ""]);
        }
        print_line(&[&spans.to_string(), "", "made of its parts", &format!("{} ms", made.as_millis()), "", ""]);
    }
}

#[expect(clippy::print_stdout, reason = "what it is for")]
fn print_line(cells: &[&str]) {
    println!("{}", cells.iter().map(|cell| format!("{cell:>18}")).collect::<String>());
}

/// How long a frame takes, from the view to the last pixel, microseconds.
fn painted(scene: &Scene, view: &LanesView, part: i64, frame: usize, raster: &mut Raster) -> u128 {
    let span = scene.span();
    let length = view.length() / part.max(1);
    let from = span.0 + (span.1 - span.0 - length) / FRAMES as i64 * frame as i64;
    let view = view.between(from, from + length, span);
    let began = Instant::now();
    raster.clear();
    let (width, height) = raster.size();
    let layout = scene.layout(&view, (width as f64, height as f64));
    scene.paint(&view, &layout, &Focus::default(), &Palette::of(Theme::Light), raster);
    black_box(raster.bytes());
    began.elapsed().as_micros()
}

/// Three models: one with a thread for each of 1,000 units, one with two workers, one with a thread for each of 12.
fn scene(spans: usize) -> Scene {
    let noun = |one: &str| Noun { one: one.to_owned(), many: format!("{one}s") };
    let model = |index: usize| SceneModel {
        id: format!("model-{index}"),
        name: format!("Model {index}"),
        within: format!("model {index}"),
        look: Look {
            shape: [Shape::Circle, Shape::Square, Shape::Triangle][index],
            notched: false,
            light: "#1c69bb".to_owned(),
            dark: "#6db0f5".to_owned(),
        },
        code: Vec::new(),
    };
    let mut scene = Scene::new((0..3).map(model).collect(), SceneWords { unit: noun("unit"), operation: noun("operation") });
    for (index, threads) in [1_000, 2, 12].into_iter().enumerate() {
        let lanes = lanes(&format!("model-{index}"), threads, spans / 6);
        // As they come: in blocks.
        let parts = lanes.stints.chunks(SPANS_PER_BLOCK).zip(lanes.deeds.chunks(SPANS_PER_BLOCK));
        for (stints, deeds) in parts {
            let covers = (stints[0].from, stints.last().map_or(0, |last| last.to));
            scene.add(Lanes { about: lanes.about.clone(), stints: stints.to_vec(), deeds: deeds.to_vec() }, covers);
        }
    }
    scene
}

/// So many stints on two cores, and as many deeds.
fn lanes(model: &str, threads: u32, count: usize) -> Lanes {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let mut lanes = Lanes::default();
    let mut free = [0_i64; 2];
    let mut left = vec![0_i64; threads as usize];
    for index in 0..count {
        let core = usize::from(free[1] < free[0]);
        let thread = random(u64::from(threads)) as u32;
        let from = free[core].max(left[thread as usize]) + random(2_000).cast_signed();
        let to = from + 500 + random(8_000).cast_signed();
        let waited = if random(4) == 0 { (from - left[thread as usize]).unsigned_abs() } else { 0 };
        lanes.stints.push(Stint { thread, core: Some(core as u32), from, to, waited, preempted: random(4) == 0 });
        let unit = if threads == 1_000 { thread } else { random(1_000) as u32 };
        lanes.deeds.push(Deed { thread, unit: Some(unit), from, to, line: 70 + index as u32 % 9, kind: DeedKind::Operation });
        (free[core], left[thread as usize]) = (to, to);
    }
    lanes.stints.sort_by_key(|stint| stint.from);
    lanes.deeds.sort_by_key(|deed| deed.from);
    lanes.about = LanesAbout {
        model: model.to_owned(),
        cores: vec![0, 1],
        threads: (0..threads).map(|thread| format!("unit {}", 4_000 + thread)).collect(),
        to: free[0].max(free[1]),
        ..LanesAbout::default()
    };
    lanes
}
