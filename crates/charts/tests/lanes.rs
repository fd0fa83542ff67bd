//! What is true of lanes, whatever they hold.

#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use analysis::report::summarised;
use charts::lanes::{
    Area, Fill, Focus, Lane, LanesView, Layout, Letters, Palette, Raster, Replay, ReplayOf, ReplayPlace, Rgb, RowsOf, Scene,
    SceneModel, SceneWords, Spot, SpotStep, Surface, SvgSurface, What,
};
use charts::{Medium, Picture, Subject, Theme};
use protocol::catalog::{Look, Noun, Shape};
use protocol::lanes::{Deed, DeedKind, Lanes, LanesAbout, LanesOverview, LanesSource, Stint};
use protocol::plan::PlannedTrial;
use protocol::{Role, Run, Trial};

const SIZE: (f64, f64) = (1_000.0, 600.0);
const WHOLE: (i64, i64) = (i64::MIN, i64::MAX);
const MODEL: Rgb = [0x1c, 0x69, 0xbb];

/// What was painted.
#[derive(Default)]
struct Recorder {
    rectangles: Vec<(Area, Fill)>,
    dots: usize,
    words: Vec<((f64, f64), String, Letters)>,
}

impl Surface for Recorder {
    fn rectangle(&mut self, area: Area, fill: Fill) {
        assert!([area.x, area.y, area.width, area.height].iter().all(|side| side.is_finite()), "{area:?}");
        self.rectangles.push((area, fill));
    }

    fn dot(&mut self, _: (f64, f64), _: f64, _: Fill) {
        self.dots += 1;
    }

    fn words(&mut self, at: (f64, f64), words: &str, style: Letters) {
        self.words.push((at, words.to_owned(), style));
    }

    fn mark(&mut self, _: (f64, f64), _: &Look, _: Rgb) {}
}

fn model(id: &str) -> SceneModel {
    let look = Look { shape: Shape::Circle, notched: false, light: "#1c69bb".into(), dark: "#6db0f5".into() };
    SceneModel {
        id: id.into(),
        name: id.into(),
        within: id.into(),
        look,
        code: vec!["one".into(), "two <b>".into(), "three".into()],
    }
}

fn words() -> SceneWords {
    let noun = |one: &str| Noun { one: one.into(), many: format!("{one}s") };
    SceneWords { unit: noun("connection"), operation: noun("request") }
}

fn scene(all: impl IntoIterator<Item = Lanes>) -> Scene {
    let all: Vec<Lanes> = all.into_iter().collect();
    let mut scene = Scene::new(all.iter().map(|lanes| model(&lanes.about.model)).collect(), words());
    all.into_iter().for_each(|lanes| scene.add(lanes, WHOLE));
    scene
}

fn about(model: &str, threads: u32, to: i64) -> LanesAbout {
    let threads = (0..threads).map(|thread| format!("worker {}", 700 + thread)).collect();
    LanesAbout { model: model.into(), cores: vec![0, 1], threads, to, ..LanesAbout::default() }
}

fn stint(thread: u32, core: u32, from: i64, to: i64) -> Stint {
    Stint { thread, core: Some(core), from, to, waited: 0, preempted: false }
}

/// Two threads that take turns on core 0, 100 ns each with 20 ns between them; a third on core 1 is preempted at 300, and waits
/// until 500.
fn known() -> Lanes {
    let mut stints: Vec<Stint> = (0..8).map(|turn| stint(turn as u32 % 2, 0, turn * 120, turn * 120 + 100)).collect();
    stints.push(Stint { preempted: true, ..stint(2, 1, 0, 300) });
    stints.push(Stint { waited: 200, ..stint(2, 1, 500, 900) });
    stints.sort_by_key(|stint| stint.from);
    let deed = |thread, unit, to| Deed { thread, unit: Some(unit), from: 0, to, line: 2, kind: DeedKind::Operation };
    Lanes { about: about("known", 3, 960), stints, deeds: vec![deed(0, 5, 340), Deed { from: 340, ..deed(0, 6, 580) }] }
}

/// So many stints on two cores, one after the other with pauses, and a deed in each.
fn random(threads: u32, count: usize) -> Lanes {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |most: i64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % most.unsigned_abs()).cast_signed()
    };
    let (mut free, mut left) = ([0_i64; 2], vec![0_i64; threads as usize]);
    let (mut stints, mut deeds) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (core, thread) = (usize::from(free[1] < free[0]), below(i64::from(threads)) as u32);
        let from = free[core].max(left[thread as usize]) + below(400);
        let to = from + 200 + below(1_500);
        stints.push(stint(thread, core as u32, from, to));
        let unit = Some(below(90) as u32);
        deeds.push(Deed { thread, unit, from, to: to - below(100), line: 1, kind: DeedKind::Operation });
        (free[core], left[thread as usize]) = (to, to);
    }
    stints.sort_by_key(|stint| stint.from);
    deeds.sort_by_key(|deed| deed.from);
    Lanes { about: about("random", threads, free[0].max(free[1])), stints, deeds }
}

fn painted(scene: &Scene, view: &LanesView, size: (f64, f64)) -> (Layout, Recorder) {
    let (layout, mut on) = (scene.layout(view, size), Recorder::default());
    scene.paint(view, &layout, &Focus::default(), &Palette::of(Theme::Light), &mut on);
    (layout, on)
}

fn view(from: i64, to: i64, rows: RowsOf) -> LanesView {
    LanesView { from, to, rows, ..LanesView::default() }
}

/// Where the row is whose name this is.
fn row(scene: &Scene, layout: &Layout, view: &LanesView, lane: Lane) -> Area {
    let row = layout.rows.iter().find(|row| row.lane == lane).unwrap_or_else(|| panic!("{}", scene.lane_name(0, lane)));
    layout.area_of(view, row)
}

/// How much of a colour is in it: of the model's, more than of the ground's.
fn is_of_model(fill: &Fill) -> bool {
    !fill.hatched && fill.colour[2] > fill.colour[0] && fill.colour[2].abs_diff(fill.colour[0]) > 60
}

/// What is painted at a point, the last of it.
fn at_point(on: &Recorder, x: f64, y: f64) -> Option<Fill> {
    on.rectangles.iter().rev().find(|(area, _)| area.has(x, y)).map(|(_, fill)| *fill)
}

#[test]
fn a_known_schedule_is_painted_as_it_was() {
    let scene = scene([known()]);
    let view = view(0, 960, RowsOf::Both);
    let (layout, on) = painted(&scene, &view, SIZE);
    let fill = |lane: Lane, time: i64| {
        let area = row(&scene, &layout, &view, lane);
        at_point(&on, layout.x_of(&view, time), area.y + area.height / 2.0).unwrap()
    };
    let (core, other) = (Lane::Core(0), Lane::Core(1));
    for turn in 0..8 {
        assert!(is_of_model(&fill(core, turn * 120 + 30)), "turn {turn}");
        assert!(!is_of_model(&fill(core, turn * 120 + 110)), "after turn {turn}");
        let (runs, waits) = (Lane::Thread(turn as u32 % 2), Lane::Thread(1 - turn as u32 % 2));
        assert!(is_of_model(&fill(runs, turn * 120 + 30)));
        assert!(!is_of_model(&fill(waits, turn * 120 + 30)));
    }
    // Neighbours are told apart, and what a thread does besides: its second turn ends one deed and begins another.
    assert_ne!(fill(core, 30), fill(core, 150));
    assert_ne!(fill(core, 300), fill(core, 339 + 20));
    assert!(is_of_model(&fill(other, 100)) && is_of_model(&fill(other, 899)) && !is_of_model(&fill(other, 400)));
    assert!(fill(Lane::Thread(2), 400).hatched, "it was preempted, and ready");
    assert!(!fill(Lane::Thread(2), 950).hatched);
    let names: Vec<&str> = on.words.iter().map(|(_, words, _)| words.as_str()).collect();
    for name in ["known", "core 0", "core 1", "worker 0", "worker 2", "0 ns", "800 ns"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
}

#[test]
fn as_much_is_painted_as_ran_at_every_zoom() {
    let lanes = random(9, 20_000);
    let to = lanes.about.to;
    let scene = scene([lanes.clone()]);
    for length in [to, to / 7, to / 100, to / 3_000, 5_000, 900] {
        let view = view(to / 3, to / 3 + length, RowsOf::Both).within(scene.span());
        let (layout, on) = painted(&scene, &view, SIZE);
        for core in 0..2 {
            let area = row(&scene, &layout, &view, Lane::Core(core));
            let of_row = |area: &Area, all: &Area| area.y >= all.y && area.y + area.height <= all.y + all.height + 0.01;
            let bars = on.rectangles.iter().filter(|(part, fill)| of_row(part, &area) && is_of_model(fill));
            let painted: f64 = bars.map(|(bar, _)| bar.width * bar.height).sum::<f64>() / (layout.plot.width * 14.0);
            let ran = lanes.stints.iter().filter(|stint| stint.core == Some(core));
            let ran: i64 = ran.map(|stint| (stint.to.min(view.to) - stint.from.max(view.from)).max(0)).sum();
            let share = ran as f64 / view.length() as f64;
            assert!((painted - share).abs() < 0.004, "core {core}, {length} ns: {painted} of {share}");
        }
    }
}

/// Which quarters of pixels at this height are in the model's colour.
fn quarters(on: &Recorder, y: f64) -> Vec<bool> {
    let mut quarters = vec![false; (SIZE.0 * 4.0) as usize];
    for (area, fill) in on.rectangles.iter().filter(|(area, _)| y >= area.y && y < area.y + area.height) {
        let place = |x: f64| ((x * 4.0).round().max(0.0) as usize).min(quarters.len());
        let (from, to) = (place(area.x), place(area.x + area.width));
        quarters[from..to].fill(is_of_model(fill));
    }
    quarters
}

#[test]
fn what_is_hit_is_what_is_painted() {
    let lanes = random(5, 400);
    let scene = scene([lanes.clone()]);
    for rows in RowsOf::ALL {
        let view = view(20_000, 50_000, rows);
        let (layout, on) = painted(&scene, &view, (SIZE.0, 2_000.0));
        let mut hits = 0;
        for row in layout.rows.iter().filter(|row| matches!(row.lane, Lane::Core(_) | Lane::Thread(_) | Lane::Unit(_))) {
            let area = layout.area_of(&view, row);
            let middle = area.y + area.height / 2.0;
            let painted = quarters(&on, middle);
            for x in (layout.plot.x as usize + 5)..(layout.plot.x + layout.plot.width) as usize - 5 {
                // Beside an edge the nearer one is meant.
                let is_painted = painted[x * 4];
                if painted[x * 4 - 16..x * 4 + 16].iter().any(|other| *other != is_painted) {
                    continue;
                }
                let (spot, time) = (scene.at(&view, &layout, x as f64, middle).unwrap(), layout.time_at(&view, x as f64));
                assert_eq!(matches!(spot.what, What::Ran(_)), is_painted, "{rows:?}, {:?} at {x}: {spot:?}", row.lane);
                let What::Ran(who) = spot.what else { continue };
                assert!((spot.from..=spot.to).contains(&time), "{spot:?} at {time}");
                assert!(lanes.stints.iter().any(|stint| stint.thread == who && (stint.from..=stint.to).contains(&time)));
                hits += 1;
            }
        }
        assert!(hits > 100, "{rows:?}: {hits}");
    }
}

#[test]
fn the_keyboard_comes_to_every_span_and_back() {
    let lanes = random(4, 300);
    let scene = scene([lanes.clone()]);
    let view = view(scene.span().0, scene.span().1, RowsOf::Threads);
    let layout = scene.layout(&view, SIZE);
    let first = scene.first(&view, &layout).unwrap();
    let mut row = Some(first);
    let mut visited = 0;
    while let Some(start) = row {
        let Lane::Thread(thread) = start.lane else { panic!("{start:?}") };
        let mut spot = start;
        while let Some(before) = scene.step(&view, &layout, &spot, SpotStep::Before) {
            spot = before;
        }
        let mut seen: Vec<Spot> = Vec::from_iter((!spot.is_gap()).then_some(spot));
        while let Some(after) = scene.step(&view, &layout, &spot, SpotStep::After) {
            assert_eq!(
                seen.last().map(|_| scene.step(&view, &layout, &after, SpotStep::Before)),
                seen.last().map(|last| Some(*last))
            );
            seen.push(after);
            spot = after;
        }
        let stints = lanes.stints.iter().filter(|stint| stint.thread == thread);
        let expected: Vec<(i64, i64)> = stints.map(|stint| (stint.from, stint.to)).collect();
        assert_eq!(seen.iter().map(|spot| (spot.from, spot.to)).collect::<Vec<_>>(), expected, "thread {thread}");
        visited += seen.len();
        row = scene.step(&view, &layout, &start, SpotStep::Below);
        if let Some(below) = row {
            assert_eq!(scene.step(&view, &layout, &below, SpotStep::Above).map(|above| above.lane), Some(start.lane));
        }
    }
    assert_eq!(visited, lanes.stints.len());
}

#[test]
fn parts_make_the_same_picture_as_the_whole_and_what_is_not_there_yet_is_not_told() {
    let lanes = random(6, 3_000);
    let whole = scene([lanes.clone()]);
    let mut parts = Scene::new(vec![model("random")], words());
    let view = LanesView::whole(whole.span());
    let raster = |scene: &Scene| {
        let mut raster = Raster::new(SIZE, 1.0);
        scene.paint(&view, &scene.layout(&view, SIZE), &Focus::default(), &Palette::of(Theme::Dark), &mut raster);
        raster.bytes().to_vec()
    };
    let edges = [0, 700, 1_500, 2_300, 3_000];
    for piece in [1, 0, 3, 2] {
        let (from, to) = (edges[piece], edges[piece + 1]);
        // Blocks on the edge of two pieces come with both.
        let late = (from.max(20) - 20..(to + 20).min(3_000)).map(|index| (lanes.stints[index], lanes.deeds[index]));
        let (stints, deeds) = late.unzip();
        let last = lanes.stints.get(to).map_or(i64::MAX, |stint| stint.from);
        let begin = if from == 0 { i64::MIN } else { lanes.stints[from].from };
        assert_ne!(raster(&parts), raster(&whole));
        parts.add(Lanes { about: lanes.about.clone(), stints, deeds }, (begin, last));
    }
    assert!(raster(&parts) == raster(&whole), "the pictures are not the same");
    assert_eq!(parts.range_html(0, 90_000), whole.range_html(0, 90_000));
}

#[test]
fn a_range_holds_what_is_in_it() {
    let scene = scene([known()]);
    let text = scene.range_html(0, 960);
    let cells: Vec<&str> = text.split("<td>").skip(1).filter_map(|cell| cell.split('<').next()).skip(1).collect();
    // 800 ns on one core and 700 on the other, of 960 each; 200 ready; the threads were there for 820, 820 and 900.
    assert_eq!(cells, ["78 %", "1.56", "0.208", "0.875", "10", "1", "2"], "{text}");
    assert!(text.contains("These 960 ns"), "{text}");
    let selected = scene.range_html(100, 340);
    assert!(selected.contains("<td>2</td>"), "two turns begin in it: {selected}");
}

#[test]
fn the_sentence_says_what_the_window_shows() {
    let mut quiet = known();
    quiet.about.model = "quiet".into();
    quiet.stints.truncate(1);
    let view = view(0, 960, RowsOf::Both);
    let says = |scene: &Scene| {
        let text = scene.headline(&view);
        text.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect::<String>()
    };
    assert_eq!(
        says(&scene([known(), quiet.clone()])),
        "With known a thread gets a core 10 times in these 960 ns, with quiet once."
    );
    assert_eq!(says(&scene([quiet.clone()])), "With quiet a thread gets a core once in these 960 ns.");
    let mut same = known();
    same.about.model = "same".into();
    assert_eq!(says(&scene([known(), same])), "A thread gets a core 10 times in these 960 ns, with each model.");
    quiet.about.source = LanesSource::Accounts("it is forbidden".into());
    let accounts = scene([quiet]);
    assert!(says(&accounts).contains("not when"), "{}", says(&accounts));
    assert!(accounts.notes_html().contains("it is forbidden"));
    assert_eq!(says(&Scene::new(vec![model("none")], words())), "");
}

#[test]
fn the_card_tells_what_is_known_and_says_what_is_not() {
    let scene = scene([known()]);
    let view = view(0, 960, RowsOf::Both);
    let layout = scene.layout(&view, SIZE);
    let card = |lane: Lane, time: i64| {
        let area = row(&scene, &layout, &view, lane);
        let spot = scene.at(&view, &layout, layout.x_of(&view, time), area.y + 9.0).unwrap();
        (scene.spot_html(&spot), scene.spot_text(&spot), scene.line_of(&spot))
    };
    let (html, text, line) = card(Lane::Core(0), 280);
    assert!(html.contains("request of connection 5") && html.contains("worker 0, core 0"), "{html}");
    assert!(html.contains("two &lt;b&gt;"), "the line of its code, escaped: {html}");
    assert!(html.contains("names nobody without privileges"), "{html}");
    assert!(text.contains("ran for 100 ns from 0.2 µs"), "{text}");
    assert_eq!(line, Some(2));
    let (html, ..) = card(Lane::Core(1), 700);
    assert!(html.contains("200 ns for a core: it had been preempted"), "{html}");
    assert!(html.contains("gave up its core"), "{html}");
    assert!(card(Lane::Core(1), 100).0.contains("preempted: it could have gone on"));
    let (html, text, _) = card(Lane::Thread(2), 400);
    assert!(html.contains("waited for a core") && text.contains("waited for a core for 200 ns"), "{html}");
    assert!(card(Lane::Thread(1), 600).0.contains("not told"), "what a sleeper waits for");
    assert!(card(Lane::Core(1), 400).0.contains("another program, or nobody"));
}

#[test]
fn a_table_of_the_window_is_bounded_and_says_what_is_left_out() {
    let table = scene([random(9, 5_000)]).table_html(&LanesView::whole((0, i64::MAX / 4)));
    assert_eq!(table.matches("<tr>").count(), 201);
    assert!(table.contains("the first 200 of 5,000"), "{}", &table[..300]);
    let small = scene([known()]).table_html(&view(0, 960, RowsOf::Both));
    assert_eq!(small.matches("<tr>").count(), 11);
    assert!(small.contains("<td>200 ns</td><td>gave it up</td>"), "{small}");
}

#[test]
fn a_replay_says_where_everybody_is() {
    let scene = scene([known()]);
    let places = |at: i64| {
        let all = scene.whereabouts(0, ReplayOf::Threads, at);
        all.into_iter().map(|one| one.map(|one| one.place)).collect::<Vec<_>>()
    };
    let (on_first, on_second) = (Some(ReplayPlace::Running(Some(0))), Some(ReplayPlace::Running(Some(1))));
    assert_eq!(places(50), [on_first, None, on_second]);
    assert_eq!(places(150), [Some(ReplayPlace::Away), on_first, on_second]);
    assert_eq!(places(400), [Some(ReplayPlace::Away), on_first, Some(ReplayPlace::Ready)]);
    assert_eq!(places(930), [None, on_first, None]);
    assert_eq!((scene.next_switch(0), scene.next_switch(100), scene.switch_before(480)), (Some(100), Some(120), Some(460)));
    assert_eq!((scene.next_switch(940), scene.switch_before(0)), (None, None));
    let unit = |at: i64| scene.whereabouts(0, ReplayOf::Units, at)[0].map(|one| one.place);
    assert_eq!([unit(50), unit(110), unit(250), unit(345)], [on_first, Some(ReplayPlace::Away), on_first, None]);
    let replay = Replay { at: 400, ..Replay::default() };
    assert!(
        scene.replay_text(&replay).ends_with("known: 1 running, 1 ready, 1 asleep or waking"),
        "{}",
        scene.replay_text(&replay)
    );
    // It moves, and then it is there: of time alone.
    let picture = |at: i64, moving: i64| {
        let mut drawn = SvgSurface::new("replay", SIZE);
        scene.paint_replay(&Replay { at, moving, of: ReplayOf::Threads }, SIZE, &Palette::of(Theme::Light), &mut drawn);
        drawn.done("Replay")
    };
    assert_eq!(picture(130, 0), picture(140, 0));
    assert_ne!(picture(125, 40), picture(130, 40));
    assert_eq!(picture(219, 40), picture(219, 0));
}

#[test]
fn very_many_units_share_places_in_a_replay() {
    let mut lanes = random(3, 10);
    lanes.about.threads = (0..15_000).map(|thread| format!("unit {thread}")).collect();
    let to = lanes.about.to;
    lanes.stints = (0..15_000).flat_map(|thread| [stint(thread, 0, 0, 1), stint(thread, 0, to - 1, to)]).collect();
    let (scene, mut on) = (scene([lanes]), Recorder::default());
    scene.paint_replay(&Replay { at: to / 2, ..Replay::default() }, (360.0, 200.0), &Palette::of(Theme::Light), &mut on);
    assert!((100..3_000).contains(&on.dots), "{}", on.dots);
    assert!(on.words.iter().any(|(_, words, _)| words == "away 15,000"));
}

#[test]
fn words_are_large_enough_and_have_room_at_every_width() {
    let many = |models: usize| {
        scene((0..models).map(|index| {
            let mut lanes = random(30, 500);
            lanes.about.model = format!("a model with a very long name {index}");
            lanes.about.threads.iter_mut().for_each(|name| name.insert_str(0, "a thread with a very long name "));
            lanes
        }))
    };
    for models in [1, 3, 12] {
        let scene = many(models);
        for width in [360.0, 1_000.0, 2_000.0] {
            for rows in RowsOf::ALL {
                let view = LanesView { rows, ..LanesView::whole(scene.span()) };
                let (layout, on) = painted(&scene, &view, (width, 600.0));
                assert!(layout.rows.len() >= 2 * models, "{models} models: {} rows", layout.rows.len());
                for (at, words, style) in &on.words {
                    assert!(style.size >= 11.0, "{words}");
                    let (about, is_name) = (words.chars().count() as f64 * style.size * 0.58, at.0 < layout.plot.x);
                    let right_aligned = is_name && style.held == charts::lanes::Align::Right;
                    assert!(!right_aligned || at.0 - about >= -2.0, "{words} at {at:?}");
                }
                if models < 12 {
                    let open = LanesView { open: vec![0], ..view };
                    let (opened, _) = painted(&scene, &open, (width, 600.0));
                    assert!(opened.rows.len() >= layout.rows.len());
                }
            }
        }
    }
}

/// Everything that can be asked of a scene.
fn everything(scene: &Scene, view: &LanesView, size: (f64, f64)) {
    let palette = Palette::forced([0; 3], [255; 3], [128; 3]);
    let layout = scene.layout(view, size);
    let focus = Focus { spot: scene.first(view, &layout), cursor: Some(view.from) };
    let mut raster = Raster::new(size, 2.0);
    scene.paint(view, &layout, &focus, &palette, &mut raster);
    for y in 0..12 {
        for x in 0..8 {
            let spot = scene.at(view, &layout, f64::from(x) / 8.0 * size.0, f64::from(y) / 12.0 * size.1);
            if let Some(spot) = spot {
                let (html, text) = (scene.spot_html(&spot), scene.spot_text(&spot));
                assert!(!html.contains("<script") && !text.is_empty());
                for step in [SpotStep::Before, SpotStep::After, SpotStep::Above, SpotStep::Below] {
                    let _ = scene.step(view, &layout, &spot, step);
                }
                let _ = scene.line_of(&spot);
            }
        }
    }
    for text in [scene.range_html(view.from, view.to), scene.headline(view), scene.table_html(view), scene.notes_html()] {
        assert!(!text.contains("<script"), "{text}");
    }
    for of in [ReplayOf::Threads, ReplayOf::Units] {
        let replay = Replay { at: view.from, of, moving: 7 };
        scene.paint_replay(&replay, size, &palette, &mut raster);
        let _ = (scene.replay_text(&replay), scene.next_switch(view.from), scene.switch_before(view.to));
    }
}

#[test]
fn nothing_that_lanes_hold_breaks_them() {
    const NASTY: &str = "</svg><script>alert(\"1\")</script>'&";
    let hostile = |stints: Vec<Stint>, deeds: Vec<Deed>| {
        let threads = vec![NASTY.into(), String::new(), "unit 1".into()];
        let about = LanesAbout { model: NASTY.into(), cores: vec![7, 7, u32::MAX], threads, ..LanesAbout::default() };
        Lanes { about, stints, deeds }
    };
    let deed = |unit, from, to| Deed { thread: 2, unit, from, to, line: u32::MAX, kind: DeedKind::Failed };
    let (first, last) = (i64::MIN, i64::MAX);
    let overlapping = (0..40).map(|index| Stint { waited: u64::MAX, ..stint(index % 5, 7, i64::from(index), 60) }).collect();
    let cases = [
        hostile(Vec::new(), Vec::new()),
        hostile(vec![stint(0, 7, 5, 6)], vec![deed(Some(0), 5, 6)]),
        hostile(vec![stint(1, 7, -50, -50), stint(1, 7, -50, -40), stint(9, 3, 0, 1)], vec![deed(None, 3, 3)]),
        hostile(vec![stint(0, 7, first, last), stint(0, u32::MAX, last, first)], vec![deed(Some(u32::MAX), first, last)]),
        hostile(overlapping, vec![deed(Some(2), 9, 1), deed(Some(1), 0, 100), deed(Some(1), 0, 100), deed(Some(0), 50, 60)]),
        Lanes { about: LanesAbout { from: first, to: last, ..known().about }, ..known() },
        Lanes {
            about: LanesAbout { source: LanesSource::Accounts(NASTY.into()), cores: Vec::new(), ..known().about },
            ..known()
        },
    ];
    for lanes in cases {
        let scene = scene([lanes]);
        for (from, to) in [(-100, 200), (5, 6), (first, last), (last, first)] {
            for rows in RowsOf::ALL {
                for size in [(300.0, 200.0), (0.0, 0.0), (50.0, 900.0)] {
                    let view =
                        LanesView { selected: Some((last, first)), open: vec![0, 9], scroll: u32::MAX, ..view(from, to, rows) };
                    everything(&scene, &view, size);
                    everything(&scene, &view.within(scene.span()), size);
                }
            }
        }
    }
    let none = Scene::new(Vec::new(), words());
    assert!(none.is_empty());
    everything(&none, &LanesView::whole(none.span()), SIZE);
}

#[test]
fn an_svg_has_what_pixels_have() {
    let scene = scene([known()]);
    let view = view(0, 960, RowsOf::Both);
    let mut drawn = SvgSurface::new("lanes", SIZE);
    scene.paint(&view, &scene.layout(&view, SIZE), &Focus::default(), &Palette::of(Theme::Light), &mut drawn);
    let text = drawn.done("Lanes <of> two");
    assert!(text.contains("Lanes &lt;of&gt; two") && text.contains("core 1") && text.contains("url(#lanes-"));
    assert!(text.contains(&format!("#{:02x}{:02x}{:02x}", MODEL[0], MODEL[1], MODEL[2])));
    assert_eq!((text.matches("<svg").count(), text.matches("</svg>").count()), (1, 1));
}

/// A run, each of whose models was traced.
fn traced() -> Run {
    let mut run = support::cases().into_iter().find(|(case, _)| *case == "whole").unwrap().1;
    let overview = LanesOverview {
        length_ns: 400_000_000,
        cores: 2,
        threads: 3,
        running: (0..120).map(|bin| if bin < 60 { 255 } else { 51 }).collect(),
        switches: 12_345,
        preempted: 1,
        operations: 500,
        is_recorded: true,
        dropped: 0,
    };
    for (index, model) in run.submission.experiment.models.clone().into_iter().enumerate() {
        let length_ns = overview.length_ns / (index as u64 + 1);
        let lanes = Some(LanesOverview { length_ns, is_recorded: index != 2, dropped: index as u64, ..overview.clone() });
        let planned = PlannedTrial { model, role: Role::Traced, ..run.trials[0].planned.clone() };
        run.trials.push(Trial { planned, lanes, ..run.trials[0].clone() });
    }
    run
}

fn picture() -> &'static Picture {
    charts::PICTURES.iter().find(|picture| picture.id == "lanes").unwrap()
}

#[test]
fn a_result_with_traced_trials_shows_them_at_a_glance() {
    let run = traced();
    let summarised = summarised(&run);
    let subject = Subject::of_run(&run, &summarised);
    assert!((picture().heading)(&subject).is_some());
    let models = run.submission.experiment.models.len();
    for medium in [Medium::Page, Medium::Paper] {
        let body = (picture().body)(&subject, medium).into_string();
        assert_eq!(body.matches("class=\"bars\"").count(), models, "{body}");
        // The second took half as long as the first.
        assert!(body.contains("left:0.00%;width:50.00%"), "{body}");
        assert!(body.contains("60 % of 2 cores in use on average, for 400 ms; 3 threads got a core 12,345 times"), "{body}");
        assert!(body.contains("lost it 1 time when"), "{body}");
        assert!(body.contains("for 3 spans there was no room") && body.contains("accounts"), "{body}");
    }
    let table = (picture().table)(&subject);
    assert_eq!(table.rows.len(), models);
    assert_eq!(table.rows[0][1..7], ["400 ms", "2", "60 %", "3", "12,345", "1"]);
    assert_eq!(table.rows[2][5], "", "accounts do not tell it");
    let svg = (picture().svg)(&subject, Theme::Dark).unwrap();
    assert!(svg.contains("12,345×"), "{svg}");
    let without = support::cases().into_iter().find(|(case, _)| *case == "whole").unwrap().1;
    let summarised = analysis::report::summarised(&without);
    assert!((picture().heading)(&Subject::of_run(&without, &summarised)).is_none());
}
