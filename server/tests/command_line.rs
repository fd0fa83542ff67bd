//! The command line, as a shell sees it.

mod support;

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use protocol::Catalog;
use serde_json::{Value, json};
use support::{SHORT, child_of, folder, interleave, until};

fn output(command: &mut Command, input: &str) -> Output {
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let written = process.stdin.take().unwrap().write_all(input.as_bytes());
    // Who refuses its arguments ends without reading.
    assert!(written.as_ref().err().is_none_or(|error| error.kind() == ErrorKind::BrokenPipe), "{written:?}");
    process.wait_with_output().unwrap()
}

fn run(arguments: &[&str], input: &str) -> Output {
    let own = folder();
    output(interleave().args(arguments).env("INTERLEAVE_LOCK", own.path().join("lock")), input)
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn an_experiment_from_standard_input_ends_as_a_table_and_a_sentence() {
    let output = run(&["run", "-"], SHORT);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for words in ["units/s", "Native threads", "Tokio, again (A/A)", "Actix", "Tokio against itself: "] {
        assert!(shown.to_lowercase().contains(&words.to_lowercase()), "{words} in {shown}");
    }
    assert!(text(&output.stderr).contains("12 of 12"), "progress is told");
}

#[test]
fn a_figure_that_no_row_has_has_no_column() {
    let experiment = r#"{"workload":"program","models":["threads"],"params":{"units":2,"program":"Lock; send"},"repetitions":1}"#;
    let output = run(&["run", "-"], experiment);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(shown.contains("lock, median") && shown.contains("send, p99"), "{shown}");
    assert!(!shown.contains("compute,") && !shown.contains("block,"), "{shown}");
}

#[test]
fn a_quantity_that_is_chosen_is_the_first_column_and_what_the_sentence_is_about() {
    let experiment =
        r#"{"workload":"spawn","models":["tokio","threads"],"params":{"units":20},"repetitions":6,"measure":"work"}"#;
    let output = run(&["run", "-", "--quantity", "memory_bytes"], experiment);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let (memory, rate) = (shown.find("memory").unwrap(), shown.find("units/s").unwrap());
    assert!(memory < rate && shown.contains(" memory ") && !shown.contains("units per second"), "{shown}");
    let unknown = run(&["run", "-", "--quantity", "hop_ns"], experiment);
    let said = text(&unknown.stderr);
    assert_eq!(unknown.status.code(), Some(2), "{said}");
    assert!(said.contains("--quantity: hop_ns is not measured in spawn; accepted: one of ops_per_s, "), "{said}");
}

#[test]
fn with_json_the_report_alone_is_on_standard_output() {
    let folder = folder();
    let file = folder.path().join("experiment.json");
    std::fs::write(&file, SHORT).unwrap();
    let output = run(&["run", file.to_str().unwrap(), "--json"], "");
    let report = report(&output);
    assert_eq!((list(&report["trials"]).len(), list(&report["summary"]).len()), (12, 4));
}

#[test]
fn input_that_cannot_be_used_is_a_line_a_problem_and_status_2() {
    let all_wrong = r#"{"workload":"wait","models":["go"],"params":{"units":0}}"#;
    let twice = r#"{"workload":"wait","models":["tokio"],"seed":1,"seed":2,"params":{"units":1,"units":3}}"#;
    // Arguments, input, what each line begins with.
    let cases: [(&[&str], &str, &[&str]); 14] = [
        (&["run", "-"], all_wrong, &["models: go", "units: 0"]),
        (&["run", "-"], "not json", &["experiment: is not JSON"]),
        (&["run", "-"], "\u{feff}not json", &["experiment: is not JSON: expected ident at line 1 column 2"]),
        (&["run", "-"], twice, &["seed: 2 is the key's second value", "units: 3 is the key's second value"]),
        (&["run", "-"], r#"{"workload":"wait","models":["tokio"],"seed":1e19}"#, &["seed: 10000000000000000000 is too large"]),
        (&["run", "/no/such/file"], "", &["FILE: /no/such/file"]),
        (&["run", "-", "--sweep", "units=1..100 log log"], SHORT, &["units: 1..100 log log says"]),
        (&["run", "-", "--sweep", "units=1..100 log linear"], SHORT, &["units: 1..100 log linear says"]),
        (&["run", "-", "--sweep", "units=1..100 log 3 4"], SHORT, &["units: 1..100 log 3 4 says"]),
        (&["completions", "cmd"], "", &["error: invalid value 'cmd' for '<SHELL>'"]),
        (&["run", "/dev/zero"], "", &["FILE: /dev/zero is larger than 48 MB"]),
        (&["serve", "--listen", "0.0.0.0:0"], "", &["listen: 0.0.0.0:0"]),
        (&["serve", "--listen", "nonsense"], "", &["error: invalid value 'nonsense' for '--listen"]),
        (&["nonsense"], "", &["error: unrecognized subcommand 'nonsense'"]),
    ];
    for (arguments, input, beginnings) in cases {
        let output = run(arguments, input);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        for (line, beginning) in said.lines().zip(beginnings) {
            assert!(line.starts_with(beginning), "{arguments:?}: {line}");
        }
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_line_is_an_experiment_and_each_wrong_word_of_it_a_sentence() {
    let words = ["run", "spawn", "units=20", "models=tokio,threads", "repetitions=2", "measure=work", "--json"];
    let output = run(&words, "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let experiment = &report(&output)["experiment"];
    assert_eq!((&experiment["params"]["units"], &experiment["models"]), (&json!(20), &json!(["tokio", "threads"])));
    assert_eq!(experiment["repetitions"], 2);

    let swept = run(&["run", "spawn units=1..4 log models=tokio repetitions=1 measure=work", "--json"], "");
    assert_eq!(report(&swept)["experiment"]["sweep"], json!({"parameter": "units", "values": [1, 2, 4]}), "in one word");
    let listed = run(&["run", "spawn", "units=1,4", "models=tokio", "repetitions=1", "measure=work", "--json"], "");
    assert_eq!(report(&listed)["experiment"]["sweep"]["values"], json!([1, 4]));

    for (words, beginnings) in [
        (
            &["spawn", "units=many", "speed=9", "models=tokio,go", "units"][..],
            &[
                "spawn: units has no value; accepted: NAME=VALUE",
                "units: many is not a whole number",
                "speed: 9 is not a parameter of spawn; accepted: units, ",
                "models: go is not a model; accepted: some of ",
            ][..],
        ),
        (&["spwan", "units=3"], &["spwan: units=3 cannot stand behind it; accepted: behind a workload, which is one of "]),
        (&["spwan"], &["FILE: spwan cannot be read"]),
        (&["/spawn?units=many&v=1"], &["units: many is not a whole number"]),
        (&["https://interleave.example/spwan?units=1"], &["workload: spwan is not a workload; accepted: one of "]),
    ] {
        let output = run(&[&["run"], words].concat(), "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        for beginning in beginnings {
            assert!(said.lines().any(|line| line.starts_with(beginning)), "{words:?}: {beginning} in {said}");
        }
        assert_eq!(said.lines().count(), beginnings.len(), "{words:?}: {said}");
    }
}

#[test]
fn the_link_of_an_experiment_is_run_wherever_it_points() {
    for link in [
        "http://127.0.0.1:8081/spawn?units=5&models=tokio&measure=work&repetitions=1&v=1&run=gone",
        "https://docs.example/sub/?workload=spawn&units=5&models=tokio&measure=work&repetitions=1&v=1",
    ] {
        let output = run(&["run", link, "--json"], "");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(report(&output)["experiment"]["params"]["units"], 5);
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = folder();
    let place = folder.path().join("man1");
    let output = run(&["man", place.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let page = std::fs::read_to_string(place.join("interleave-run.1")).unwrap();
    assert!(page.contains("until\\-sure") && page.contains("130 Ctrl"), "{page}");
    assert!(place.join("interleave.1").exists() && place.join("interleave-serve.1").exists());
    let shown = text(&run(&["man"], "").stdout);
    assert!(shown.starts_with(".ie") || shown.contains(".TH interleave 1"), "{shown}");
    let refused = run(&["man", "/dev/null/man1"], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).starts_with("DIR: /dev/null/man1 cannot be written to"), "{}", text(&refused.stderr));
}

#[test]
fn a_lock_file_that_cannot_be_opened_is_named() {
    for (name, value, place) in [
        ("INTERLEAVE_LOCK", "/no/such/lock", "/no/such/lock"),
        ("XDG_RUNTIME_DIR", "/no/such/folder", "/no/such/folder/interleave-"),
    ] {
        let output = output(interleave().args(["run", "-"]).env_remove("INTERLEAVE_LOCK").env(name, value), SHORT);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(place) && said.contains("INTERLEAVE_LOCK=FILE names another"), "{said}");
    }
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address], "");
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("is in use"), "{said}");
}

#[test]
fn what_the_machine_refuses_is_a_result_unless_there_is_no_other() {
    let experiment = |models: &str| {
        format!(r#"{{"workload":"wait","models":[{models}],"params":{{"units":100000,"rounds":1,"wait_ms":1}},"repetitions":1}}"#)
    };
    let beside = run(&["run", "-"], &experiment(r#""threads","tokio""#));
    assert_eq!(beside.status.code(), Some(0), "{}", text(&beside.stderr));
    assert!(text(&beside.stdout).contains("refused: 100,000 units"), "{}", text(&beside.stdout));
    let alone = run(&["run", "-"], &experiment(r#""threads""#));
    assert_eq!(alone.status.code(), Some(1), "{}", text(&alone.stdout));
    assert!(text(&alone.stdout).contains("No trial came to a result"), "{}", text(&alone.stdout));
}

/// The same experiment as a shell would start it, with its process number.
fn begun(experiment: &str) -> (std::process::Child, tempfile::TempDir) {
    let own = folder();
    let mut command = interleave();
    command.args(["run", "-"]).env("INTERLEAVE_LOCK", own.path().join("lock"));
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(experiment.as_bytes()).unwrap();
    until("a trial runs", || child_of(process.id()).is_some());
    (process, own)
}

#[test]
fn a_failed_trial_is_status_1_and_the_others_are_shown() {
    let (process, _own) =
        begun(r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":10,"wait_ms":100},"repetitions":1}"#);
    support::kill(child_of(process.id()).unwrap(), libc::SIGKILL);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("killed from outside") && text(&output.stdout).contains("Tokio"));
}

#[test]
fn a_signal_ends_the_run_shows_what_there_is_and_leaves_no_child() {
    for (signal, status) in [(libc::SIGINT, 130), (libc::SIGHUP, 129), (libc::SIGTERM, 143)] {
        let (process, _own) = begun(support::SPINNING);
        let child = child_of(process.id()).unwrap();
        support::kill(process.id(), signal);
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("No trial came to a result"), "{}", text(&output.stdout));
        assert!(!support::lives(child));
    }
}

#[test]
fn under_nohup_a_closed_terminal_is_no_end() {
    let own = folder();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" run - --json", env!("CARGO_BIN_EXE_interleave")]);
    command.env("INTERLEAVE_LOCK", own.path().join("lock"));
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let experiment = r#"{"workload":"wait","models":["tokio"],"params":{"units":2,"rounds":3,"wait_ms":100},"repetitions":1}"#;
    process.stdin.take().unwrap().write_all(experiment.as_bytes()).unwrap();
    until("a trial runs", || child_of(process.id()).is_some());
    support::kill(process.id(), libc::SIGHUP);
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn the_catalogue_is_there_to_be_read_and_as_json() {
    let shown = text(&run(&["catalog"], "").stdout);
    for words in ["tcp-echo", "payload_bytes", "a whole number from 1 to", "not here: "] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let catalog: Catalog = serde_json::from_slice(&run(&["catalog", "--json"], "").stdout).unwrap();
    assert!(catalog.workloads.len() >= 6 && catalog.models.len() >= 6);
}

#[test]
fn every_command_explains_itself() {
    let commands = ["serve", "run", "catalog", "completions", "man"].map(|command| vec![command, "--help"]);
    for arguments in commands.iter().map(Vec::as_slice).chain([&["--help"][..]]) {
        let output = run(arguments, "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(text(&output.stdout).contains("Usage: interleave"), "{arguments:?}");
    }
}

#[test]
fn the_help_of_run_names_every_status() {
    let shown = text(&run(&["run", "--help"], "").stdout);
    for status in ["0 all went well", "1 a trial failed", "2 the experiment", "129 ", "130 ", "143 "] {
        assert!(shown.contains(status), "{status} in {shown}");
    }
}

#[test]
fn completions_are_a_script_that_the_shell_takes() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = text(&run(&["completions", shell], "").stdout);
        assert!(script.contains("until-sure") && script.contains("catalog"), "{shell}: {script}");
    }
    let script = text(&run(&["completions", "bash"], "").stdout);
    let complete = "COMP_WORDS=(interleave run --un); COMP_CWORD=2; _interleave interleave --un run; echo \"${COMPREPLY[@]}\"";
    let answer = output(Command::new("bash").args(["-c", &format!("{script}\n{complete}")]), "");
    assert_eq!(text(&answer.stdout).trim(), "--until-sure", "{}", text(&answer.stderr));
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let mut process = interleave().args(["catalog", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    let output = process.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

const QUICK: &str = r#"{"workload":"spawn","models":["tokio","threads"],"params":{"units":20},"repetitions":3,"measure":"work"}"#;

#[test]
fn a_sweep_measures_every_value_and_shows_a_row_for_each() {
    for values in ["units=1,10,100", "units:1..100 log 3"] {
        let output = run(&["run", "-", "--json", "--sweep", values], QUICK);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let report = report(&output);
        assert_eq!(list(&report["trials"]).len(), 3 * 3 * 3, "three labels, three values, three repetitions");
        let points = list(&report["points"]);
        assert_eq!(points.iter().filter_map(|point| point["value"].as_u64()).collect::<Vec<_>>(), [1, 10, 100]);
        for point in points {
            assert!(point["noise_floor"].is_object() && list(&point["comparisons"]).len() == 1, "{point}");
            let here = list(&report["trials"]).iter().filter(|trial| trial["at"] == point["value"]);
            assert!(here.into_iter().all(|trial| trial["operations"] == point["value"]), "{report}");
        }
        assert!(list(&report["summary"]).is_empty() && report["noise_floor"].is_null(), "of all values together there is none");
    }
    let shown = text(&run(&["run", "-", "--sweep", "units=1,10,100"], QUICK).stdout);
    assert!(shown.lines().any(|line| line.trim_start().starts_with("100 ")) && shown.contains("Tokio against itself"), "{shown}");
}

#[test]
fn how_long_a_sweep_takes_at_least_is_said_before_it() {
    let timed = r#"{"workload":"spawn","models":["tokio"],"repetitions":3,"measure":"time","measure_ms":100}"#;
    let output = run(&["run", "-", "--sweep", "units=10,20"], timed);
    let said = text(&output.stderr);
    let told = said.lines().position(|line| line == "12 trials, at least 1 s");
    assert!(told.is_some() && told < said.lines().position(|line| line.starts_with("1 of 12 ")), "{said}");
}

#[test]
fn two_sweeps_measure_every_pair_of_values() {
    // Requests per second: some quantities may be zero of so little, and of zero there is no ratio.
    let experiment = r#"{"workload":"tcp-echo","models":["tokio","threads"],"params":{},"repetitions":3,"measure":"work"}"#;
    let output = run(&["run", "-", "--json", "--sweep", "rounds=1,3", "--sweep", "units=2,4"], experiment);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report = report(&output);
    assert_eq!(report["experiment"]["sweep"], json!({"parameter": "units", "values": [2, 4]}), "in the order of the form");
    assert_eq!(report["experiment"]["sweep2"], json!({"parameter": "rounds", "values": [1, 3]}));
    let value = |of: &Value, name: &str| of[name].as_u64().unwrap();
    let points = list(&report["points"]);
    let values: Vec<_> = points.iter().map(|point| (value(point, "value"), value(point, "also"))).collect();
    assert_eq!(values, [(2, 1), (2, 3), (4, 1), (4, 3)]);
    assert!(points.iter().all(|point| list(&point["comparisons"]).len() == 1), "{points:?}");
    let trials = list(&report["trials"]);
    assert_eq!(trials.len(), 3 * 4 * 3, "three labels, four points, three repetitions");
    for trial in trials {
        assert_eq!(value(trial, "operations"), value(trial, "at") * value(trial, "also_at"), "{trial}");
    }

    let folder = folder();
    let file = folder.path().join("out.html");
    let arguments = ["run", "-", "--html", file.to_str().unwrap(), "--sweep", "rounds=1,3", "--sweep", "units=2,4"];
    let shown = text(&run(&arguments, experiment).stdout);
    assert!(shown.contains("at any of these points"), "three repetitions tell nothing: {shown}");
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("<table class=\"heat\">") && page.contains(".heat-scroll {"), "the map, and its styles");

    let three = ["run", "-", "--sweep", "units=2,4", "--sweep", "rounds=1,3", "--sweep", "wait_ms=1,2"];
    let output = run(&three, r#"{"workload":"wait","models":["tokio"]}"#);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("wait_ms: 1;2; cannot be swept too: only two parameters can"), "{said}");
}

#[test]
fn a_trace_is_written_as_one_json_file_with_every_model_in_it() {
    let folder = folder();
    let path = folder.path().join("out.json");
    let output = run(&["run", "-", "--json", "--trace", path.to_str().unwrap()], QUICK);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let trace: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let named = |name: &str| {
        events.iter().filter(|event| event["name"] == name).map(|event| event["args"]["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(named("process_name"), ["tokio", "tokio: units", "threads", "threads: units"]);
    assert!(events.iter().any(|event| event["ph"] == "X" && event["name"] == "running"));
    let report = report(&output);
    assert_eq!(list(&report["trials"]).iter().filter(|trial| trial["lanes"].is_object()).count(), 2);
    let summary = list(&report["summary"]);
    assert!(summary.iter().all(|summary| summary["trials"] == 3), "a traced trial counts nowhere: {summary:?}");
    let tracing = list(&report["tracing"]);
    let is_cost = |cost: &serde_json::Value| {
        let [low, median, high] = ["low", "median", "high"].map(|end| cost["cost"][end].as_f64().unwrap());
        low <= median && median <= high && cost["are_times_real"] == (median <= 1.25)
    };
    assert!(tracing.len() == 2 && tracing.iter().all(is_cost), "{tracing:?}");
}

#[test]
fn until_sure_stops_at_the_first_look_that_can_tell() {
    // A thread and a task are a factor of ten apart or more, whatever the machine does meanwhile.
    let experiment = r#"{"workload":"spawn","models":["threads","tokio"],"params":{"units":2000}}"#;
    let output = run(&["run", "-", "--json", "--until-sure"], experiment);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report = report(&output);
    assert_eq!(report["experiment"]["repetitions"], 48, "the most, if nothing is said");
    let ended = list(&report["trials"]).len();
    assert!([36, 72, 144].contains(&ended), "{ended}");
    if ended < 144 {
        let mut pairs = list(&report["comparisons"]).iter().filter(|comparison| comparison["metric"] == "ops_per_s");
        // More of trials that are too short would not tell.
        let is_done = |pair: &Value| pair["verdict"] != "cannot_tell" || pair["because"] == "short";
        assert!(pairs.all(is_done), "{report}");
        assert!(text(&output.stderr).contains("it can tell"), "{}", text(&output.stderr));
    }
}

#[test]
fn of_listings_the_orders_are_counted_and_no_ratio_is_told() {
    let experiment = r#"{"workload":"listings","models":["threads","actix"],"params":{"lines":3},"repetitions":2}"#;
    let output = run(&["run", "-"], experiment);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(shown.contains("times each") && shown.contains("printed 6 lines in ") && !shown.contains('×'), "{shown}");
    let report = report(&run(&["run", "-", "--json"], experiment));
    assert_eq!((list(&report["comparisons"]).len(), list(&report["controls"]).len()), (0, 0));
    let trials = list(&report["trials"]);
    assert!(trials.len() == 6 && trials.iter().all(|trial| list(&trial["printed"]).len() == 6), "{report}");
    let output = run(&["run", "-", "--csv"], experiment);
    let csv = text(&output.stdout);
    assert!(csv.lines().skip(1).all(|line| line.contains("unit 1: line 1; ") || line.contains("; unit 1: line 1")), "{csv}");
}

#[test]
fn csv_has_a_line_a_trial_and_the_names_of_the_report() {
    let output = run(&["run", "-", "--csv"], QUICK);
    let shown = text(&output.stdout);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 1 + 9, "{shown}");
    let columns = lines[0].split(',').count();
    assert!(lines[0].starts_with("order,model,label,repetition,at,also_at,status"), "{shown}");
    assert!(lines.iter().all(|line| line.split(',').count() == columns), "{shown}");
    assert_eq!(run(&["run", "-", "--csv", "--json"], QUICK).status.code(), Some(2), "one or the other");
}

#[test]
fn a_report_has_the_latencies_of_each_trial_whole_its_units_ends_and_what_its_process_used() {
    let experiment = r#"{"workload":"yield","models":["tokio"],"params":{"units":20},"repetitions":1,"measure_ms":20}"#;
    let report = report(&run(&["run", "-", "--json"], experiment));
    for trial in list(&report["trials"]) {
        let timed: u64 = list(&trial["latency_histogram"]).iter().map(|bucket| bucket[1].as_u64().unwrap()).sum();
        assert_eq!(Some(timed), trial["latency_ns"]["samples"].as_u64(), "{trial}");
        let ends = list(&trial["finishes_ns"]);
        assert_eq!((ends.len(), ends.last()), (20, Some(&trial["unit_finish_ns"]["last"])), "{trial}");
        let last = list(&trial["readings"]).last().unwrap();
        assert!(last["at_ms"].as_u64() >= trial["work_ms"][1].as_u64(), "{trial}");
        assert!(last["rss_bytes"].as_u64() > Some(0) && last["threads"].as_u64() > Some(0), "{trial}");
        assert_eq!(trial["printed"], json!([]), "{trial}");
    }
}

fn list_of_names(object: &Value) -> Vec<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_report_says_how_the_machine_was() {
    let report = report(&run(&["run", "-", "--json"], QUICK));
    let calibration = &report["machine"]["calibration"];
    let above_zero = |name: &str| calibration[name].as_u64().is_some_and(|nanoseconds| nanoseconds > 0);
    assert!(above_zero("clock_ns") && above_zero("wake_same_core_ns"), "{calibration}");
    let (pair, least, p90) = (&calibration["pair"], &calibration["least"], &calibration["p90"]);
    assert_eq!(pair["one"].is_u64() && pair["other"].is_u64(), calibration["wake_cross_core_ns"].is_u64(), "{calibration}");
    assert!(least["clock_ns"].as_u64() <= calibration["clock_ns"].as_u64(), "{calibration}");
    assert!(p90["clock_ns"].as_u64() >= calibration["clock_ns"].as_u64(), "{calibration}");
    assert!(report["conditions"]["load_before"].is_number(), "{report}");
    let others = &report["conditions"]["foreign_cpu"];
    assert!(others.is_null() || others.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)), "{others}");
    let settings = list_of_names(&report["machine"]["settings"]);
    let expected =
        ["clock_source", "governor", "libc", "mitigations", "smt", "tick_hz", "transparent_huge_pages"].map(str::to_owned);
    assert_eq!(settings, expected, "each is there, null or not");
    assert!(report["machine"]["settings"]["tick_hz"].is_u64(), "{report}");
    assert!(report["machine"]["counters"].is_object(), "{report}");
    for name in ["opt_level", "lto", "codegen_units", "target_cpu"] {
        assert!(report["build"][name].as_str().is_some_and(|told| !told.is_empty()), "{name}: {}", report["build"]);
    }
    assert_eq!((&report["build"]["allocators"][0], &report["build"]["allocators"][1]), (&json!("glibc"), &json!("mimalloc")));
    // Of the models that there are, not of those that took part.
    assert!(["rayon", "smol"].iter().all(|name| report["build"]["libraries"][name].is_string()), "{report}");
    assert_eq!((&report["version"], &report["state"]), (&json!(2), &json!("finished")));
    assert_eq!(list(&report["plan"]).len(), 9);
    assert_eq!(report["catalog"]["workloads"][0]["id"], "spawn");
}
