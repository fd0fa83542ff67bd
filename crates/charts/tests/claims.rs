//! What is true of every picture, with any result.

mod recorded;
mod support;

use std::collections::BTreeMap;

use analysis::report::summarised;
use charts::conditions::Facts;
use charts::{Document, Medium, Picture, Subject, Theme};
use protocol::catalog::{CodeView, Show, Source};
use protocol::link::Line;
use protocol::{Build, Catalog, Experiment, Figures, Machine, Run, RunState, Submission, Trial, TrialStatus, View};

const NASTY: &str = "</script><script>alert(\"1\")</script>'&";

fn document(run: &Run, styles: &str) -> String {
    let (summarised, json, sources) = (summarised(run), recorded::json(run), support::sources());
    let again = "interleave run again.json";
    charts::document(&Document {
        run,
        summarised: &summarised,
        view: &charts::AS_IT_IS,
        json: &json,
        sources: &sources,
        styles,
        again,
    })
}

/// Every picture of a run, in both media, and its document.
fn all(run: &Run) -> Vec<String> {
    let summarised = summarised(run);
    let whole = Subject::of_run(run, &summarised);
    let Subject { catalog, trials, .. } = whole;
    let mut texts = vec![document(run, "")];
    for subject in [whole, Subject { over: false, ..whole }] {
        for medium in [Medium::Page, Medium::Paper] {
            texts.extend([charts::trials(&subject, medium), charts::figures(&subject, medium)]);
        }
        for picture in charts::PICTURES {
            texts.push((picture.table)(&subject).html(picture.id).into_string());
            texts.extend([Medium::Page, Medium::Paper].map(|medium| (picture.body)(&subject, medium).into_string()));
            texts.extend([Theme::Light, Theme::Dark].into_iter().filter_map(|theme| (picture.svg)(&subject, theme)));
        }
        texts.push(charts::sweep(&subject));
        texts.push(charts::verdict(catalog, &subject.sentence(2)));
    }
    let workload = whole.workload().unwrap();
    texts.extend(trials.iter().map(|trial| charts::trial_details(catalog, workload, trial)));
    texts
}

/// The picture with this id.
fn picture(id: &str) -> &'static Picture {
    charts::PICTURES.iter().find(|picture| picture.id == id).unwrap()
}

/// The trials as a table.
fn table(subject: &Subject<'_>) -> String {
    (picture("trials").table)(subject).html("trials").into_string()
}

/// What is left of a text without its elements.
fn words_of(text: &str) -> String {
    text.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect()
}

/// The catalogue with another headline in a workload.
fn catalog_about(workload: &str, metric: &str) -> Catalog {
    let mut catalog = support::catalog();
    let its = catalog.workloads.iter_mut().find(|one| one.id == workload).expect("a workload of this catalogue");
    its.headline.metric = metric.into();
    catalog
}

/// The case with this name.
fn case(name: &str) -> Run {
    support::cases().into_iter().find(|(case, _)| *case == name).unwrap().1
}

/// All cases and the recorded sample.
fn runs() -> Vec<support::Case> {
    let mut runs = support::cases();
    runs.push(("sample", recorded::sample()));
    runs
}

/// What stands between these two, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split(after).next().unwrap_or_default())
}

#[test]
fn names_at_the_ends_of_lines_never_lie_on_each_other() {
    let mut seen = 0;
    for (name, run) in runs() {
        let summarised = summarised(&run);
        let subject = Subject::of_run(&run, &summarised);
        for (picture, gap) in [(charts::latency(&subject), 16.0), (charts::sweep(&subject), 17.0)] {
            let ends = between(&picture, "<div class=\"ends\"", "</div>").collect::<String>();
            let mut tops: Vec<f64> = between(&ends, "style=\"top:", "px").map(|top| top.parse().unwrap()).collect();
            tops.sort_by(f64::total_cmp);
            seen += tops.len();
            // To the tenth of a pixel to which they are written.
            assert!(tops.windows(2).all(|pair| pair[1] - pair[0] >= gap - 0.11), "{name}: {tops:?}");
        }
    }
    assert!(seen > 20, "there are names to compare: {seen}");
}

#[test]
fn names_of_crossovers_never_lie_on_each_other() {
    let run = case("sweep-eight");
    let summarised = summarised(&run);
    let picture = charts::sweep(&Subject::of_run(&run, &summarised));
    let place = |style: &str| -> Option<(f64, f64)> {
        let (left, top) = style.strip_prefix("left:")?.strip_suffix("px")?.split_once("%;top:")?;
        Some((left.parse().ok()?, top.parse().ok()?))
    };
    let names: Vec<(f64, f64)> =
        between(&picture, "crossing-name\" style=\"", "\"").map(|style| place(style).expect(style)).collect();
    assert_eq!(names.len(), summarised.crossovers.len());
    assert!(names.len() > 5, "there are names to compare: {names:?}");
    for (index, (left, top)) in names.iter().enumerate() {
        let lies_on = |other: &&(f64, f64)| (other.0 - left).abs() < 10.0 && (other.1 - top).abs() < 15.0;
        assert_eq!(names[index + 1..].iter().find(lies_on), None, "{left}, {top}");
    }
}

#[test]
fn every_trial_that_is_ok_has_exactly_one_mark() {
    for (name, run) in runs().into_iter().filter(|(_, run)| run.submission.experiment.sweep.is_none()) {
        let summarised = summarised(&run);
        let subject = Subject::of_run(&run, &summarised);
        // Of a workload that compares no figure a person chooses one.
        let view = View { quantity: subject.headline().is_none().then(|| "ops_per_s".to_owned()), ..View::default() };
        let picture = charts::trials(&subject.viewed(&view), Medium::Page);
        let mut marks: BTreeMap<u64, usize> = BTreeMap::new();
        for order in between(&picture, "data-trial=\"", "\"") {
            *marks.entry(order.parse().unwrap()).or_default() += 1;
        }
        let good = run.trials.iter().filter(|trial| trial.is_ok() && trial.planned.is_measured());
        let expected: BTreeMap<u64, usize> = good.map(|trial| (trial.planned.order, 1)).collect();
        assert_eq!(marks, expected, "{name}");
    }
}

#[test]
fn a_disturbed_trial_is_marked() {
    let mut seen = 0;
    for (name, run) in runs().into_iter().filter(|(_, run)| run.submission.experiment.sweep.is_none()) {
        let summarised = summarised(&run);
        let picture = charts::trials(&Subject::of_run(&run, &summarised), Medium::Page);
        let disturbed = run.trials.iter().filter(|trial| trial.disturbed && trial.is_ok());
        for trial in disturbed {
            let order = trial.planned.order.to_string();
            let mark = between(&picture, "<span class=\"point m\"", "</span>")
                .find(|mark| between(mark, "data-trial=\"", "\"").next() == Some(order.as_str()));
            let mark = mark.unwrap_or_else(|| panic!("{name}: trial {order} has no mark"));
            assert!(mark.contains("data-disturbed=\"true\"") && mark.contains(", disturbed\""), "{name}: {mark}");
            assert!(picture.contains("disturbed by others"), "{name}: the note says what a dotted mark is");
            seen += 1;
        }
    }
    assert!(seen > 0, "there is a disturbed trial");
}

#[test]
fn nothing_is_not_a_number_and_a_style_has_two_decimals_at_most() {
    let mut runs = runs();
    // Figures that are past all reason, and figures that are nothing.
    for (name, figure) in [("huge", 1e300), ("tiny", 1e-300), ("zero", 0.0)] {
        let experiment = support::experiment("tcp-echo", &["threads", "tokio"], 3);
        let trial = |planned: &_| {
            let trial = support::good(planned, 1e5);
            let mut figures = Figures::default();
            trial.figures.iter().for_each(|(key, _)| figures.set(key, figure));
            Some(Trial { figures, ..trial })
        };
        runs.push((name, support::run(&support::catalog(), experiment, trial)));
    }
    for (name, run) in runs {
        for text in all(&run) {
            // The report itself may have what it wants.
            let text = text.split("<script").next().unwrap();
            for word in ["NaN", "inf%", "infpx", ">inf", "-0.00"] {
                assert!(!text.contains(word), "{name}: {word}");
            }
            let places = between(text, " style=\"", "\"").chain(between(text, " points=\"", "\""));
            for number in places.flat_map(|style| style.split(|c: char| !(c.is_ascii_digit() || c == '.'))) {
                let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                assert!(decimals <= 2, "{name}: {number}");
            }
        }
    }
}

#[test]
fn text_from_outside_is_escaped_wherever_it_stands() {
    for (name, mut run) in runs() {
        let catalog = &mut run.submission.catalog;
        for model in &mut catalog.models {
            (model.name, model.within) = (NASTY.into(), NASTY.into());
            model.look.light = "red;background:url(https://elsewhere.example/)".into();
        }
        for workload in &mut catalog.workloads {
            let words = [&mut workload.name, &mut workload.latency, &mut workload.operation.many, &mut workload.headline.subject];
            words.into_iter().for_each(|word| *word = NASTY.into());
            workload.scope = vec![NASTY.into()];
            workload.parameters.iter_mut().for_each(|parameter| parameter.label = NASTY.into());
            workload.figures.iter_mut().for_each(|figure| (figure.label, figure.help) = (NASTY.into(), NASTY.into()));
        }
        catalog.quantities.iter_mut().for_each(|quantity| (quantity.label, quantity.help) = (NASTY.into(), NASTY.into()));
        run.submission.machine.cpu = NASTY.into();
        run.submission.build.libraries.values_mut().for_each(|version| *version = NASTY.into());
        for trial in &mut run.trials {
            trial.error = trial.error.as_ref().map(|_| NASTY.to_owned());
            trial.answer = trial.answer.as_ref().map(|_| NASTY.to_owned());
            trial.figures.set(NASTY, 1.0);
        }
        for text in all(&run) {
            assert!(!text.contains("<script>") && !text.contains("alert(\"1\")"), "{name}");
            assert_eq!(text.matches("</script>").count(), text.matches("<script type=\"application/json\"").count(), "{name}");
            // The report itself may have what it wants.
            let drawn = text.split("<script type").next().unwrap();
            assert!(!drawn.contains("elsewhere.example"), "{name}: a style asks nobody for anything");
        }
    }
}

#[test]
fn a_model_that_the_catalogue_does_not_have_is_drawn_under_its_id() {
    for (name, mut run) in runs() {
        run.submission.catalog.models.clear();
        let text = document(&run, "");
        for model in &run.submission.experiment.models {
            assert!(text.split("<script").next().unwrap().contains(model.as_str()), "{name}: {model}");
        }
    }
}

#[test]
fn the_same_result_gives_the_same_text() {
    for (name, run) in runs() {
        assert!(all(&run) == all(&run.clone()), "{name}");
    }
}

#[test]
fn a_document_holds_its_report_and_asks_for_nothing() {
    for (name, mut run) in runs() {
        run.submission.machine.cpu = NASTY.into();
        let text = document(&run, "body { color: red } </style>");
        let json = between(&text, "<script type=\"application/json\" id=\"report\">", "</script>").next().unwrap();
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(read(json) == read(&recorded::json(&run)), "{name}: the report is another");
        // A line of code leads to itself, which asks nobody.
        let text = text.replace(" href=\"#", " to=\"#");
        for word in ["src=", "href=", "url(", "@import", "<link", " onclick", "<button"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        assert_eq!(text.matches("</style>").count(), 1, "{name}: its styles end where they end");
        let ids: Vec<&str> = between(&text, " id=\"", "\"").collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{name}: each id stands once: {ids:?}");
        for named in between(&text, "aria-labelledby=\"", "\"") {
            assert!(ids.contains(&named), "{name}: {named} is there");
        }
    }
}

#[test]
fn what_opens_a_trial_says_which() {
    let run = case("refused");
    let summarised = summarised(&run);
    let text = charts::figures(&Subject::of_run(&run, &summarised), Medium::Page);
    for model in ["threads", "actix"] {
        let bad = |trial: &&protocol::Trial| trial.planned.model == model && !trial.is_ok();
        let order = run.trials.iter().find(bad).unwrap().planned.order;
        assert!(text.contains(&format!("<button class=\"link\" type=\"button\" data-trial=\"{order}\">")), "{model}: {text}");
    }
}

#[test]
fn a_mark_says_which_trial_it_is_of_and_what_that_came_to() {
    let run = recorded::sample();
    let summarised = summarised(&run);
    let text = charts::trials(&Subject::of_run(&run, &summarised), Medium::Page);
    let trial = run.trials.iter().find(|trial| trial.planned.order == 4).unwrap();
    let mark = between(&text, "data-trial=\"4\"", "<svg").next().unwrap();
    let said = between(mark, "aria-label=\"", "\"").next().unwrap();
    assert!(said.contains(&format!("repetition {}: ", trial.planned.repetition + 1)), "{said}");
}

#[test]
fn a_sweep_of_one_model_says_that_it_stands_alone() {
    let run = case("sweep-one");
    let summarised = summarised(&run);
    let text = charts::sweep(&Subject::of_run(&run, &summarised));
    assert!(text.contains("Tokio alone") && !text.contains("Nothing was measured"), "{text}");
}

#[test]
fn a_heat_map_says_of_every_point_in_full_who_is_ahead_by_how_much_and_where() {
    let run = case("heat");
    let summarised = summarised(&run);
    let text = charts::sweep(&Subject::of_run(&run, &summarised));
    assert_eq!(text.matches("<table class=\"heat\">").count(), 2, "a map for each model but the first");
    let cells: Vec<&str> = between(&text, "<td class=\"", "</td>").filter(|cell| cell.contains("aria-label")).collect();
    assert_eq!(cells.len(), 2 * 9, "{cells:?}");
    for cell in &cells {
        let (label, title) = (between(cell, "aria-label=\"", "\"").next(), between(cell, " title=\"", "\"").next());
        assert_eq!(label, title, "{cell}");
        assert!(label.unwrap().contains(" connections, ") && label.unwrap().contains(" bytes (message): "), "{cell}");
    }
    let of = |said: &str| cells.iter().find(|cell| cell.contains(said)).unwrap_or_else(|| panic!("{said}: {cells:?}"));
    // Threads are as fast as Tokio with short messages; the cell has no colour.
    let alike = of("10 connections, 64 bytes (message): ");
    assert!(alike.starts_with("unclear\"") && alike.contains("cannot be told apart: ") && alike.ends_with(">?"), "{alike}");
    let ahead = of("1,000 connections, 1,024 bytes (message): Tokio answered more requests per second than native threads: ");
    assert!(ahead.starts_with("m\" style=\"--l:#b24e00;") && ahead.ends_with("×"), "{ahead}");
    let behind = of("1 connections, 1,024 bytes (message): Native threads answered more requests per second than Tokio: ");
    assert!(behind.starts_with("m base\" style=\"--l:#1c69bb;") && behind.contains(">0."), "{behind}");
    let none = of("1,000 connections, 1,024 bytes (message): no ratio. Native threads: 12 results; Actix: refused");
    assert!(none.starts_with("none\"") && none.ends_with(">–"), "{none}");
    assert_eq!(
        between(&text, "<tr><th scope=\"row\">", "</th><th scope=\"row\">").count(),
        9 + 2 * 3,
        "a row a point in the table"
    );
    let words = between(&text, "Native threads answered more requests per second than Tokio at 3 of 9 points: ", ".</").next();
    assert!(words.is_some_and(|words| words.contains("; Tokio than native threads at 2: ")), "{text}");
}

#[test]
fn a_heat_map_of_more_cells_than_have_room_for_text_keeps_it_in_labels() {
    let units: Vec<u64> = (1..=13).collect();
    let run = support::run(&support::catalog(), support::swept_twice(&["threads", "tokio"], &units), support::in_a_plane);
    let summarised = summarised(&run);
    let text = charts::sweep(&Subject::of_run(&run, &summarised));
    let map = between(&text, "<table class=\"heat many\">", "</table>").next().unwrap();
    let cells: Vec<&str> = between(map, "<td class=\"", "</td>").filter(|cell| cell.contains("aria-label")).collect();
    assert_eq!(cells.len(), 13 * 3);
    assert!(cells.iter().all(|cell| cell.ends_with('>') && cell.contains(" connections, ")), "{cells:?}");
}

#[test]
fn in_a_heat_map_of_what_is_better_low_who_has_less_is_ahead() {
    let run = case("heat");
    let chosen = Some("latency_ns.p99");
    let summarised = analysis::report::summarised_with(&run, chosen);
    let view = View { quantity: chosen.map(str::to_owned), ..View::default() };
    let text = charts::sweep(&Subject::of_run(&run, &summarised).viewed(&view));
    assert!(text.contains("lower is better; ratios at each of 9 points"), "{text}");
    let mut seen = 0;
    for cell in between(&text, "<td class=\"m", "</td>") {
        let is_base = cell.starts_with(" base");
        let ratio: f64 = cell.split('>').nth(1).unwrap().trim_end_matches('×').parse().unwrap();
        assert_eq!(ratio > 1.0, is_base, "{cell}");
        let first = if is_base { "Native threads had a shorter p99 latency than " } else { "than native threads: " };
        assert!(cell.contains(first), "{cell}");
        seen += 1;
    }
    assert!(seen > 5, "{text}");
}

#[test]
fn a_sweep_of_too_few_repetitions_says_how_many_can_tell() {
    let run = |repetitions: u64| {
        let experiment = support::swept_twice(&["threads", "tokio"], &[1, 10, 1000]).with("repetitions", repetitions);
        let run = support::run(&support::catalog(), experiment, support::in_a_plane);
        let summarised = summarised(&run);
        charts::sweep(&Subject::of_run(&run, &summarised))
    };
    let words = "8 repetitions can tell none of 9 pairs apart, all points together, whatever comes; 9 can.";
    assert!(run(8).contains(words), "{}", run(8));
    assert!(!run(9).contains("whatever comes"));
    let alone = support::swept_twice(&["tokio"], &[1, 10]).with("repetitions", 3);
    let alone = support::run(&support::catalog(), alone, support::in_a_plane);
    assert!(!charts::sweep(&Subject::of_run(&alone, &summarised(&alone))).contains("whatever comes"), "there is no pair");
}

/// Whether this is a number and this unit, and nothing else.
fn is_told(text: &str, unit: &str) -> bool {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || ".,".contains(c))).unwrap_or(text.len());
    digits > 0 && text[digits..] == *unit
}

#[test]
fn a_headline_of_any_quantity_is_named_and_read_in_its_unit() {
    // Its workload and key; its heading, its unit alone and in a column, and whether less of it is better.
    let cases = [
        ("tcp-echo", "ops_per_s", "Requests per second", "M/s", "M", false),
        ("tcp-echo", "latency_ns.p99", "Latency, p99", " s", " s", true),
        ("tcp-echo", "memory_bytes", "Memory", " MB", " MB", true),
        ("tcp-echo", "os_threads_peak", "OS threads, most", "", "", true),
        ("ring", "hop_ns", "Cost of a hop", " ns", " ns", true),
        ("wait", "woken", "woken", "", "", false),
        ("wait", "idle", "idle", " %", " %", false),
        ("wait", "never_reported", "never reported", " kB", " kB", false),
    ];
    let ends = |planned: &_| {
        let trial = support::good(planned, 2e6);
        let extra = Figures::default().with("hop_ns", 210.5).with("woken", 1000.0).with("idle", 0.255);
        let figures = trial.figures.clone().with("latency_ns.p99", 2.5e9);
        Some(Trial { figures, extra: extra.with("never_reported", 64e3), ..trial })
    };
    for (workload, metric, title, unit, unit_in_column, lower) in cases {
        let catalog = catalog_about(workload, metric);
        let all_told = |what: &str, texts: &[&str], unit: &str| {
            assert!(texts.len() >= 2 && texts.iter().all(|text| is_told(text, unit)), "{metric}, {what}: {texts:?}");
        };

        let run = support::run(&catalog, support::experiment(workload, &["threads", "tokio"], 5), ends);
        let results = summarised(&run);
        let subject = Subject::of_run(&run, &results);
        let heading = (picture("trials").heading)(&subject).unwrap();
        assert_eq!((heading.title.as_str(), heading.sub.contains("lower is better")), (title, lower), "{metric}");
        let drawn = charts::trials(&subject, Medium::Page);
        all_told("medians of the picture", &between(&drawn, "<b>", "</b>").collect::<Vec<_>>(), unit);
        let table = table(&subject);
        all_told("medians of its table", &between(&table, "</th><td>", "</td>").collect::<Vec<_>>(), unit);
        let figures = charts::figures(&subject, Medium::Paper);
        let general = figures.split("</section>").next().unwrap();
        let cells: Vec<String> = between(general, "</th><td", "</td>")
            .filter_map(|cell| Some(words_of(cell.split_once('>')?.1).replace(" (not told apart)", "")))
            .collect();
        // A unit stands apart from its figure.
        let apart = if unit_in_column.is_empty() { String::new() } else { format!(" {}", unit_in_column.trim()) };
        all_told("first column", &cells.iter().map(String::as_str).collect::<Vec<_>>(), &apart);

        let sweep = protocol::Sweep { parameter: "units".into(), values: vec![1, 1000] };
        let swept = Experiment { sweep: Some(sweep), ..run.submission.experiment.clone() };
        let run = support::run(&catalog, swept, ends);
        let results = summarised(&run);
        let picture = charts::sweep(&Subject::of_run(&run, &results));
        assert!(picture.contains(&format!(">{title}</h2>")), "{metric}: {picture}");
        assert_eq!(picture.contains("lower is better"), lower, "{metric}: {picture}");
        let rows = between(&picture, "</th><td>", "</tr>").filter_map(|row| row.split(" (").next());
        all_told("cells of the sweep", &rows.collect::<Vec<_>>(), unit_in_column);
    }
}

#[test]
fn the_details_of_a_trial_have_every_quantity_once_in_the_order_of_the_table() {
    let run = case("memory");
    let catalog = &run.submission.catalog;
    let trial = &run.trials[0];
    let text = charts::trial_details(catalog, &catalog.workloads[0], trial);
    let said: Vec<String> = between(&text, "<dt>", "</dt>").map(str::to_owned).collect();
    let quantities = analysis::quantities::of(catalog, &catalog.workloads[0]);
    let has = |quantity: &&protocol::Quantity| analysis::quantities::value(trial, &quantity.key).is_some();
    let label = |quantity: &protocol::Quantity| analysis::quantities::label(quantity, &catalog.workloads[0]);
    let mut expected: Vec<String> = quantities.filter(has).map(label).collect();
    assert!(expected.len() > 12, "{expected:?}");
    expected.push("Answer".into());
    assert_eq!(said, expected);

    let other = Trial { figures: Figures::default().with("of_another_version", 7.0), ..trial.clone() };
    assert!(charts::trial_details(catalog, &catalog.workloads[0], &other).contains("<dt>of_another_version</dt><dd>7</dd>"));
    let wrong = Trial { status: TrialStatus::Invalid, error: Some("one is missing".into()), ..trial.clone() };
    let text = charts::trial_details(catalog, &catalog.workloads[0], &wrong);
    assert!(
        text.contains(", which is wrong") && text.contains("<dd class=\"error\">Wrong answer: one is missing</dd>"),
        "{text}"
    );
}

#[test]
fn the_control_is_said_as_a_ratio_with_its_interval_wherever_it_is_said() {
    for (name, run) in runs() {
        for text in all(&run) {
            assert!(!text.split("<script").next().unwrap().to_lowercase().contains("noise floor"), "{name}");
        }
    }
    let run = case("refused");
    let summarised = summarised(&run);
    let subject = Subject::of_run(&run, &summarised);
    let control = summarised.control("ops_per_s").unwrap();
    let words = format!("Tokio against itself {}", analysis::verdict::against_itself(control));
    assert!(charts::trials(&subject, Medium::Page).contains(&words), "{words}");
    assert!(subject.sentence(2).plain().contains(&words.replace("itself ", "itself: ")), "{words}");
}

#[test]
fn a_figure_that_cannot_be_told_from_another_is_grey_and_says_so() {
    let run = case("memory");
    let summarised = summarised(&run);
    let text = charts::figures(&Subject::of_run(&run, &summarised), Medium::Page);
    let row = |label: &str| between(&text, &format!("<tr data-label=\"{label}\">"), "</tr>").next().unwrap().to_owned();
    let cells = |row: &str| between(row, "<td", "</td>").map(str::to_owned).collect::<Vec<_>>();
    let threads = cells(&row("threads"));
    let same = |cell: &String| cell.contains("class=\"figure muted\"") && cell.contains("(not told apart)");
    assert!(!same(&threads[0]), "threads need another amount of memory than all others: {threads:?}");
    // The second cell has the interval of the first.
    assert!(threads.len() > 3 && threads[2..].iter().all(same), "and use as much CPU: {threads:?}");
}

#[test]
fn what_has_too_few_samples_says_so_and_its_line_ends() {
    let run = case("too-little");
    let summarised = summarised(&run);
    let subject = Subject::of_run(&run, &summarised);
    let text = charts::figures(&subject, Medium::Page);
    assert!(text.contains("title=\"needs 1,000 timed operations a trial; there were 64\">–"), "{text}");
    assert!(text.contains("Latencies account for 74.0 % of the time of native threads"), "{text}");
    let lines: Vec<usize> =
        between(&charts::latency(&subject), " points=\"", "\"").map(|points| points.split(' ').count()).collect();
    assert_eq!(lines, [1, 1, 1], "the median, and nothing beyond it");
    let whole = case("refused");
    let results = analysis::report::summarised(&whole);
    let picture = charts::latency(&Subject::of_run(&whole, &results));
    assert!(between(&picture, " points=\"", "\"").all(|points| points.split(' ').count() == 5), "{picture}");
}

#[test]
fn a_sweep_says_at_which_values_its_trials_are_too_short() {
    let catalog = support::catalog();
    let sweep = protocol::Sweep { parameter: "units".into(), values: vec![1, 10, 1000] };
    let experiment = Experiment { sweep: Some(sweep), ..support::experiment("tcp-echo", &["threads", "tokio"], 12) };
    let trial = |planned: &protocol::PlannedTrial| {
        let trial = support::good(planned, if planned.model == "tokio" { 2e5 } else { 1e5 });
        let wall = 58e3 * planned.at.unwrap_or(1) as f64;
        Some(Trial { figures: trial.figures.clone().with("wall_ns", wall), ..trial })
    };
    let run = support::run(&catalog, experiment, trial);
    let summarised = summarised(&run);
    let text = charts::sweep(&Subject::of_run(&run, &summarised));
    let words = "No verdict on some or all at 1, 10: each trial of Tokio lasted 58.0 µs, of native threads 58.0 µs at 1.";
    assert!(text.contains(words), "{text}");
    assert!(text.contains("Tokio answered more requests per second than native threads at 1 of 3 values"), "{text}");
}

#[test]
fn the_longest_latency_is_that_of_all_trials() {
    let longest = |greatest: f64| {
        let trial = |planned: &protocol::PlannedTrial| {
            let trial = support::good(planned, 1e5);
            let longest = if planned.repetition == 3 { greatest } else { 2e6 };
            Some(Trial { figures: trial.figures.clone().with("latency_ns.max", longest), ..trial })
        };
        let run = support::run(&support::catalog(), support::experiment("tcp-echo", &["tokio"], 12), trial);
        let summarised = summarised(&run);
        charts::latency(&Subject::of_run(&run, &summarised))
    };
    assert_ne!(longest(2e6), longest(9e9), "one trial in twelve had a longer one");
}

#[test]
fn operations_of_a_unit_are_told_only_if_they_could_differ() {
    let run = case("memory");
    let catalog = &run.submission.catalog;
    let of = |most: f64| {
        let figures = run.trials[0].figures.clone().with("unit_operations.min", 100.0).with("unit_operations.max", most);
        charts::trial_details(catalog, &catalog.workloads[0], &Trial { figures, ..run.trials[0].clone() })
    };
    assert!(!of(100.0).contains("Operations per unit"));
    assert!(of(150.0).contains("Operations per unit, least"));
}

#[test]
fn pictures_are_about_the_quantity_that_is_chosen() {
    let run = case("refused");
    let view = View { quantity: Some("latency_ns.p99".to_owned()), ..View::default() };
    let summarised = analysis::report::summarised_with(&run, view.quantity.as_deref());
    let subject = Subject::of_run(&run, &summarised).viewed(&view);
    assert_eq!((picture("trials").heading)(&subject).unwrap().title, "Latency, p99");
    assert!(subject.sentence(2).plain().contains("p99 latency was"), "{}", subject.sentence(2).plain());
    let figures = charts::figures(&subject, Medium::Page);
    let heads: Vec<&str> =
        between(&figures, "<button class=\"sort\"", "</button>").filter_map(|head| head.split('>').nth(1)).collect();
    assert_eq!(heads[..3], ["p99", "requests/s", "p50"]);
    assert_eq!(heads.iter().filter(|head| **head == "p99").count(), 1, "{heads:?}");
}

#[test]
fn a_document_says_how_far_its_run_got() {
    let whole = case("refused");
    let cut = Run { trials: whole.trials[..7].to_vec(), ..whole.clone() };
    let cases = [
        (whole, "· 48 trials<"),
        (Run { state: RunState::Cancelled, ..cut.clone() }, "· 7 of 48 trials, cancelled<"),
        (Run { state: RunState::Interrupted, ..cut }, "· 7 of 48 trials, interrupted<"),
    ];
    for (run, expected) in cases {
        let text = document(&run, "");
        assert!(text.contains(expected), "{expected}: {}", between(&text, "<p class=\"about small\">", "</p>").next().unwrap());
    }
}

#[test]
fn the_conditions_say_what_the_kernel_says_and_nothing_of_what_it_does_not() {
    let (_, run) = support::cases().swap_remove(0);
    let told = charts::conditions::card(&Facts::of_run(&run));
    for words in [
        "huge pages madvise; SMT notsupported; clock tsc; tick 250 Hz; mitigations 5 of 21; open: retbleed",
        "cache misses, cycles, instructions: the machine has no such hardware counter (ENOENT)",
        "20.5 µs (18.2 µs – 31.0 µs) across, cores 0 and 1 of one socket",
        "glibc 2.36 (this build has mimalloc too)",
        "opt-level 3, LTO thin-local, 16 codegen units, for CPU generic",
        "others used 1.23 % of the cores’ time; steal 0 %",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("governor") && !told.contains("throttled"), "{told}");
    assert!(!told.contains("load"), "the load average is mostly the trials' own: {told}");

    let asking = Experiment::clone(&run.submission.experiment).with("allocator", "mimalloc");
    let of_mimalloc = Run { submission: Submission { experiment: asking, ..run.submission.clone() }, ..run.clone() };
    assert!(charts::conditions::card(&Facts::of_run(&of_mimalloc)).contains("<dd>mimalloc (this build has glibc too)</dd>"));

    let (machine, build) = (Machine::default(), Build::default());
    let earlier = Run { submission: Submission { machine, build, ..run.submission.clone() }, conditions: None, ..run };
    let told = charts::conditions::card(&Facts::of_run(&earlier));
    assert!(!told.contains("<dd></dd>"), "what an earlier result does not have takes no line: {told}");
}

/// The forest of this case: its HTML in the page, looked at like this.
fn forest(run: &Run, view: &View) -> String {
    let summarised = analysis::report::summarised_with(run, view.quantity.as_deref());
    let subject = Subject::of_run(run, &summarised).viewed(view);
    (picture("ratios").body)(&subject, Medium::Page).into_string()
}

/// What stands at the left and at the right of each row of a chart.
fn sides(text: &str) -> Vec<(String, String)> {
    let column = |class: &str| between(text, &format!("<div class=\"{class}\">"), "</div>").next().unwrap_or_default().to_owned();
    let labels = column("labels").replace("</button>", "</span>");
    let values = column("values")
        .replace("<span><b>", "<b>")
        .replace("</b> <span class=\"muted\">", " ")
        .replace("</span></span>", "</b>");
    let cells = |text: &str, end: &str| text.split(end).map(words_of).filter(|words| !words.is_empty()).collect::<Vec<_>>();
    cells(&labels, "</span>").into_iter().zip(cells(&values, "</b>")).collect()
}

#[test]
fn ratios_are_against_the_model_with_least_or_the_one_that_is_chosen() {
    let run = case("eight");
    let own = sides(&forest(&run, &View::default()));
    let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    assert_eq!(own.len(), 9, "eight models, and the best against the second: {own:?}");
    assert_eq!((&own[0], &own[7]), (&row("Native threads", " the base"), &row("smol", "1.91× faster")));
    assert_eq!(own[8], row("smol against Rayon", "1.08× faster"));

    let view = View { base: Some("smol".to_owned()), ..View::default() };
    let other = sides(&forest(&run, &view));
    assert_eq!(other.len(), 8, "the best is the base: {other:?}");
    assert_eq!((&other[0], &other[7]), (&row("Native threads", "1.91× slower"), &row("smol", " the base")));

    let unknown = View { base: Some("nobody".to_owned()), ..View::default() };
    assert_eq!(sides(&forest(&run, &unknown)), own);
    let of_time = View { quantity: Some("latency_ns.p99".to_owned()), ..View::default() };
    let own = sides(&forest(&run, &of_time));
    assert_eq!((&own[0], &own[7]), (&row("Native threads", "1.91× longer"), &row("smol", " the base")));
}

#[test]
fn every_model_but_the_base_can_be_made_the_base_and_every_row_is_in_words() {
    let run = case("eight");
    let text = forest(&run, &View::default());
    let bases: Vec<&str> = between(&text, " data-base=\"", "\"").collect();
    let models: Vec<&str> = run.submission.experiment.models.iter().map(String::as_str).collect();
    assert_eq!(bases, models[1..]);
    let words: Vec<&str> = between(&text, " data-note=\"", "\"").collect();
    assert_eq!(words.len(), 9);
    assert!(words[7].starts_with("smol against native threads: 1.91× (1."), "{words:?}");
}

#[test]
fn what_cannot_be_told_says_how_many_more_repetitions_would_tell_it() {
    // Three pairs want more than six repetitions: of those no result is rarer than one in 32.
    let trial =
        |planned: &protocol::PlannedTrial| Some(support::good(planned, if planned.model == "tokio" { 1.5e5 } else { 1e5 }));
    let mut run = support::run(&support::catalog(), support::experiment("tcp-echo", &["threads", "tokio", "actix"], 6), trial);
    for parameter in run.submission.catalog.method.iter_mut().filter(|parameter| parameter.name == "repetitions") {
        parameter.kind = protocol::ParameterKind::Integer { min: 1, max: 50, step: 1, default: 12, log: false };
    }
    let told = sides(&forest(&run, &View::default()));
    let (_, tokio) = told.iter().find(|(label, _)| label == "Tokio").unwrap();
    assert!(tokio.starts_with("1.50× cannot tell, +") && tokio.contains(" repetition"), "{told:?}");
}

#[test]
fn where_nothing_can_be_compared_there_are_no_ratios() {
    for name in ["one", "failed", "none", "control", "sweep"] {
        let run = case(name);
        let summarised = summarised(&run);
        let subject = Subject::of_run(&run, &summarised);
        assert!((picture("ratios").heading)(&subject).is_none(), "{name}");
        assert_eq!((picture("ratios").svg)(&subject, Theme::Light), None, "{name}");
    }
    let run = case("none");
    let summarised = summarised(&run);
    let early = Subject { over: false, ..Subject::of_run(&run, &summarised) };
    let text = (picture("ratios").body)(&early, Medium::Page).into_string();
    assert!(text.contains("Ratios come from the third repetition on."), "their place is kept: {text}");
}

#[test]
fn an_svg_stands_alone() {
    let mut seen = 0;
    for (name, run) in runs() {
        let summarised = summarised(&run);
        let subject = Subject::of_run(&run, &summarised);
        for picture in charts::PICTURES {
            let [Some(light), Some(dark)] = [Theme::Light, Theme::Dark].map(|theme| (picture.svg)(&subject, theme)) else {
                continue;
            };
            seen += 1;
            assert_ne!(light, dark);
            for text in [&light, &dark] {
                assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\""), "{name}: {text}");
                for word in ["foreignObject", " style=", " class=", "<style", "var(", "currentColor", "href"] {
                    assert!(!text.contains(word), "{name}, {}: {word}", picture.id);
                }
                assert_eq!(text.matches("http").count(), 1, "{name}: it asks nobody for anything");
                is_balanced(text);
                let machine = format!("Interleave · {} · 2-core A", subject.workload().unwrap().name);
                assert!(text.contains(&machine), "{name}: {text}");
                let title = (picture.heading)(&subject).unwrap().title;
                assert_eq!(text.matches(&format!(">{title}<")).count(), 2, "{name}: in its title and on it");
            }
        }
    }
    assert!(seen > 10, "there are some: {seen}");
}

/// Asserts that every element of an XML ends, and in the order in which they begin.
fn is_balanced(text: &str) {
    let mut open = Vec::new();
    for tag in between(text, "<", ">") {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{text}"),
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}: {text}");
}

#[test]
fn points_stand_under_each_other_and_the_longest_bar_is_the_greatest_figure() {
    for (name, run) in runs().into_iter().filter(|(_, run)| run.submission.experiment.sweep.is_none()) {
        let summarised = summarised(&run);
        let text = charts::figures(&Subject::of_run(&run, &summarised), Medium::Page);
        for table in between(&text, "<tbody>", "</tbody>") {
            let rows: Vec<Vec<&str>> = between(table, "<tr", "</tr>").map(|row| between(row, "<td", "</td>").collect()).collect();
            let most = rows.iter().map(Vec::len).max().unwrap_or(0);
            for column in 0..most {
                let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(column).copied()).collect();
                let cells: Vec<&str> = cells.into_iter().filter(|cell| cell.contains("class=\"figure")).collect();
                for class in ["\"part d", "\"unit u"] {
                    let widths: Vec<&str> = cells.iter().filter_map(|cell| between(cell, class, "\"").next()).collect();
                    assert!(widths.is_empty() || widths.len() == cells.len(), "{name}: {cells:?}");
                    assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{name}: {widths:?}");
                }
                if !cells.is_empty() {
                    assert!(cells.iter().any(|cell| cell.contains("width:100.00%")), "{name}: {cells:?}");
                }
            }
        }
    }
}

#[test]
fn the_best_of_a_column_is_marked_if_it_can_be_told_from_all_others() {
    let best = |text: &str, label: &str| -> Vec<usize> {
        let row = between(text, &format!("data-label=\"{label}\">"), "</tr>").next().unwrap().to_owned();
        between(&row, "<td", "</td>").enumerate().filter(|(_, cell)| cell.contains("(best)")).map(|(index, _)| index).collect()
    };
    let run = case("eight");
    let results = summarised(&run);
    let text = charts::figures(&Subject::of_run(&run, &results), Medium::Page);
    // Behind the first stands its interval.
    assert_eq!((best(&text, "smol"), best(&text, "threads")), (vec![0, 2, 3, 4], vec![]));
    let run = case("memory");
    let results = summarised(&run);
    let text = charts::figures(&Subject::of_run(&run, &results), Medium::Page);
    assert!(!text.contains("(best)"), "Tokio and Actix need as little as each other: {text}");
}

#[test]
fn rows_stand_in_the_order_that_is_asked_for_and_the_control_behind_its_model() {
    let labels = |name: &str, key: &str, descending: bool| -> Vec<String> {
        let run = case(name);
        let summarised = summarised(&run);
        let view = View { sort: Some(protocol::view::Sort { key: key.to_owned(), descending }), ..View::default() };
        let text = charts::figures(&Subject::of_run(&run, &summarised).viewed(&view), Medium::Page);
        let order = if descending { "descending" } else { "ascending" };
        let heads: Vec<&str> = between(&text, "aria-sort=\"", "<span class=\"tip\"").collect();
        assert!(
            heads.len() == 1 && heads[0].starts_with(order) && heads[0].contains(&format!("data-sort=\"{key}\"")),
            "{heads:?}"
        );
        between(&text, "data-label=\"", "\"").map(str::to_owned).collect()
    };
    let ascending =
        ["threads", "thread-pool", "tokio", "tokio-again", "tokio-current-thread", "actix", "actix-sync", "rayon", "smol"];
    assert_eq!(labels("eight", "ops_per_s", false), ascending);
    let mut descending: Vec<&str> = ascending.into_iter().rev().collect();
    descending.swap(5, 6);
    assert_eq!(labels("eight", "ops_per_s", true), descending);
    assert_eq!(labels("refused", "ops_per_s", true), ["actix", "tokio", "tokio-again", "threads"], "what has no figure is last");
}

#[test]
fn a_head_says_what_it_is_of_on_focus_too() {
    let run = case("memory");
    let summarised = summarised(&run);
    let subject = Subject::of_run(&run, &summarised);
    let text = charts::figures(&subject, Medium::Page);
    let described: Vec<&str> = between(&text, "aria-describedby=\"", "\"").collect();
    assert!(described.len() > 5, "{described:?}");
    for id in described {
        let before = format!("role=\"tooltip\" id=\"{id}\">");
        let tip = between(&text, &before, "</span>").collect::<Vec<_>>();
        assert!(tip.len() == 1 && !tip[0].is_empty(), "{id}: {tip:?}");
    }
    assert!(!charts::figures(&subject, Medium::Paper).contains("<button"), "on paper nothing can be pressed");
}

#[test]
fn what_was_refused_stands_before_the_sentence_and_what_a_person_decides_by_under_it() {
    let run = case("refused");
    let results = summarised(&run);
    let subject = Subject::of_run(&run, &results);
    let text = charts::verdict(subject.catalog, &subject.sentence(2));
    let order = ["Native threads</span> were refused: the 15,001st thread", "<h1 class=\"verdict\"", "<dl class=\"answers\""];
    let places: Vec<usize> = order.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
    let answers: Vec<String> = between(&text, "<dt>", "</dd>").map(words_of).collect();
    assert!(answers[0].starts_with("SpeedActix 1.21× Tokio (1."), "{answers:?}");
    assert!(answers[1].starts_with("Tail (p99)Actix 1.21× shorter than Tokio (1."), "{answers:?}");
    assert!(answers[2].starts_with("Memorycannot tell (0.9"), "{answers:?}");
    assert!(!text.contains("data-testid=\"tiers\""), "two models need no tiers");

    let run = case("eight");
    let results = summarised(&run);
    let subject = Subject::of_run(&run, &results);
    let text = charts::verdict(subject.catalog, &subject.sentence(2));
    let tiers = between(&text, "data-testid=\"tiers\">", "</ol>").next().unwrap();
    assert_eq!(words_of(tiers.split("</li>").next().unwrap()), "smol");
    assert_eq!(tiers.matches("<li>").count(), 8);
}

#[test]
fn room_is_kept_for_a_verdict_only_while_one_can_come() {
    let run = case("none");
    let results = summarised(&run);
    let over = Subject::of_run(&run, &results);
    let early = Subject { over: false, ..over };
    let drawn = |subject: &Subject<'_>| charts::verdict(subject.catalog, &subject.sentence(2));
    let text = drawn(&early);
    assert!(text.contains("<dl class=\"answers early\"") && text.contains("class=\"detail early\""), "{text}");
    let asked: Vec<&str> = between(&text, "<dt>", "</dt>").collect();
    assert_eq!(asked, ["Speed", "Tail (p99)", "Memory"]);
    assert!(!drawn(&over).contains("early") && !drawn(&over).contains("answers"), "{}", drawn(&over));
}

/// The code of two models of these sources.
fn code(sources: &[Source], left: &str, right: Option<&str>, show: Show) -> String {
    let view = CodeView { left: left.into(), right: right.map(Into::into), show, line: None };
    charts::code(&support::catalog(), sources, &view)
}

/// The text that markup shows, without numbers of lines.
fn shown(markup: &str) -> String {
    let mut text = String::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap();
        rest = if tag.starts_with("a ") { after.split_once("</a>").unwrap().1 } else { after };
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn the_regions_of_two_models_stand_side_by_side_and_nothing_else_is_shown() {
    let sources = support::marked_sources();
    let text = code(&sources, "threads", Some("tokio"), Show::Regions);
    let names: Vec<&str> = between(&text, "<h3>", " <span").collect();
    assert_eq!(names, ["Make", "Join", "Drive"], "the known ones in their order, then others");
    let rows: Vec<String> = between(&text, "<div class=\"code-row\">", "<div class=\"code-row\">").map(shown).collect();
    assert!(
        rows[0].contains("thread::spawn(work);") && rows[0].contains("fn more() {}") && rows[0].contains("tokio::spawn(work);")
    );
    assert!(rows[1].contains("thread.join();") && rows[1].contains("Not in this file."), "{}", rows[1]);
    assert!(!shown(&text).contains("gate") && !shown(&text).contains("use "), "{}", shown(&text));
}

#[test]
fn a_file_that_marks_no_regions_is_shown_whole() {
    let sources = support::sources();
    let text = code(&sources, "threads", Some("tokio"), Show::Regions);
    let whole = code(&sources, "threads", Some("tokio"), Show::Whole);
    assert_eq!(text, whole);
    for source in sources.iter().filter(|source| source.model.as_deref() != Some("tokio-current-thread")).skip(1) {
        assert!(shown(&text).contains(&source.text()), "{}", source.path);
    }
}

#[test]
fn models_that_share_a_file_stand_in_one_column() {
    let text = code(&support::sources(), "tokio", Some("tokio-current-thread"), Show::Diff);
    assert_eq!(text.matches("class=\"side\"").count(), 1, "{text}");
}

#[test]
fn a_diff_has_every_line_of_both_texts_under_its_own_number_and_says_in_words_whose_it_is() {
    let sources = support::marked_sources();
    let text = code(&sources, "threads", Some("tokio"), Show::Diff);
    for model in ["threads", "tokio"] {
        let source = charts::code::source_of(&sources, Some(model)).unwrap();
        let its: String = between(&text, "<span class=\"line\">", "</span>")
            .filter(|line| line.contains(&format!("L-{model}-")))
            .map(shown)
            .collect();
        assert_eq!(its, source.text());
    }
    let alone: String = between(&text, "<del>", "</del>").map(shown).collect();
    assert!(alone.contains("thread::spawn(work);") && !alone.contains("gate.all_wait();"), "{alone}");
    let alone: String = between(&text, "<ins>", "</ins>").map(shown).collect();
    assert!(alone.contains("tokio::spawn(work);") && !alone.contains("gate.all_wait();"), "{alone}");
    for words in ["Native threads alone", "Tokio alone", "Tokio, as the other"] {
        assert!(text.contains(&format!("aria-label=\"{words}\"")), "{words}");
    }
}

#[test]
fn whole_files_are_whole_with_imports_and_gate_folded() {
    let sources = support::marked_sources();
    let text = code(&sources, "threads", None, Show::Whole);
    let lines: String = between(&text, "<span class=\"line\">", "</span>").map(shown).collect();
    assert_eq!(lines, sources[1].text());
    let folds: Vec<&str> = between(&text, "<summary>", "</summary>").collect();
    assert_eq!(folds, ["3 lines: imports", "2 lines: gate"]);
}

#[test]
fn the_line_that_is_pointed_at_is_the_only_one_marked_and_its_fold_is_open() {
    let sources = support::marked_sources();
    let marked = |model: &str, number: usize| {
        let line = Some(Line { model: model.into(), number });
        let view = CodeView { left: "threads".into(), right: Some("tokio".into()), show: Show::Whole, line };
        charts::code(&support::catalog(), &sources, &view)
    };
    let text = marked("threads", 3);
    assert_eq!(text.matches("aria-current").count(), 1);
    assert!(text.contains("id=\"L-threads-3\" href=\"#L-threads-3\" data-item tabindex=\"-1\" aria-current=\"true\""), "{text}");
    assert_eq!(text.matches("<details class=\"fold\" open>").count(), 1);
    assert_eq!(marked("tokio", 900).matches("aria-current").count(), 0, "a line that is not there marks nothing");
    let contract = |model: &str| charts::code::contract(&sources, Some(&Line { model: model.into(), number: 1 }));
    assert!(contract(Line::CONTRACT).contains(" open>") && !contract("threads").contains(" open>"));
}

#[test]
fn a_document_has_every_file_whole_with_the_contract_over_them() {
    let text = document(&case("one"), "");
    let sources = support::sources();
    let took_part = case("one").submission.experiment.models;
    for source in sources.iter().filter(|source| source.model.as_ref().is_none_or(|model| took_part.contains(model))) {
        assert!(shown(&text).contains(&source.text()), "{}", source.path);
    }
    let place = |what: &str| text.find(what).unwrap_or(usize::MAX);
    assert!(place("class=\"contract\"") < place("class=\"listing\""));
}
