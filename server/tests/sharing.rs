//! Results on the command line: links, files, what is kept here, the static edition.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use protocol::lanes::{Lanes, bundled};
use serde_json::Value;
use support::{Server, folder, interleave};

const WORDS: [&str; 5] = ["spawn", "units=20", "models=tokio,threads", "repetitions=6", "measure=work"];

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command: Command = interleave();
    command.args(arguments).env("INTERLEAVE_LOCK", folder.join("lock")).env("XDG_DATA_HOME", folder.join("nothing"));
    command.env_remove("INTERLEAVE_PUBLIC_URL").env_remove("INTERLEAVE_STORE").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

/// The words, with these behind them.
fn with<'a>(first: &'a str, behind: &[&'a str]) -> Vec<&'a str> {
    [&[first], &WORDS[..], behind].concat()
}

#[test]
fn a_link_that_was_printed_opens_to_the_same_result_and_runs_the_same_experiment() {
    let own = folder();
    let output = run(own.path(), &with("run", &["--link"]));
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let link = shown.lines().last().unwrap();
    assert!(link.starts_with("http://127.0.0.1:8081/c#") && link.len() <= 2_000, "{link}");
    // Not a row of the table: a link has four figures of a value, which may round another way.
    let sentence = shown.lines().find(|line| line.contains("Tokio") && !line.starts_with(' ')).unwrap();

    let opened = run(own.path(), &["open", link]);
    let told = text(&opened.stdout);
    assert_eq!(opened.status.code(), Some(0), "{}", text(&opened.stderr));
    assert!(told.starts_with("recorded 20") && told.contains("by build") && told.contains(sentence), "{sentence} in {told}");

    let again = json(&run(own.path(), &["run", link, "--json", "--link", "--public-url", "https://docs.example/sub/"]));
    assert_eq!(again["experiment"]["params"]["units"], 20);
    assert!(again["link"].as_str().unwrap().starts_with("https://docs.example/sub/c#"), "{}", again["link"]);
    let without = json(&run(own.path(), &with("run", &["--json"])));
    assert!(without.get("link").is_none());
    assert_eq!(run(own.path(), &with("run", &["--csv", "--link"])).status.code(), Some(2), "a link is no line of CSV");
}

#[test]
fn a_report_opens_in_every_form() {
    let own = folder();
    let file = own.path().join("report.json");
    let output = run(own.path(), &with("run", &["--json", "--link"]));
    std::fs::write(&file, &output.stdout).unwrap();
    let file = file.to_str().unwrap();
    let before = json(&output);

    let report = json(&run(own.path(), &["open", file, "--json"]));
    assert_eq!((&report["sentence"], &report["experiment"]), (&before["sentence"], &before["experiment"]));
    let csv = text(&run(own.path(), &["open", file, "--csv"]).stdout);
    assert_eq!(csv.lines().count(), 1 + 18, "{csv}");
    let markdown = text(&run(own.path(), &["open", file, "--md"]).stdout);
    assert!(markdown.contains("| ") && markdown.contains("Tokio"), "{markdown}");
    let page = own.path().join("result.html");
    assert_eq!(run(own.path(), &["open", file, "--html", page.to_str().unwrap()]).status.code(), Some(0));
    assert!(std::fs::read_to_string(&page).unwrap().contains("id=\"report\""));
    let memory = text(&run(own.path(), &["open", file, "--quantity", "memory_bytes"]).stdout);
    assert!(memory.contains(" memory "), "{memory}");
}

#[test]
fn what_cannot_be_opened_says_why_and_nobody_is_asked_for_it() {
    let own = folder();
    let damaged = own.path().join("damaged.interleave");
    std::fs::write(&damaged, [1, 2, 3, 255]).unwrap();
    for (what, says) in [
        (
            "http://127.0.0.1:1/spawn?units=5&models=tokio&v=1",
            "LINK: it is an experiment, with no result in it; to run it here: interleave run spawn units=5 models=tokio",
        ),
        ("https://interleave.example/r/abcdefghijkmnpqr", "LINK: the result abcdefghijkmnpqr is not kept in "),
        ("https://interleave.example/c#AQIDBA", "LINK: the result in it cannot be opened: "),
        (damaged.to_str().unwrap(), "FILE: taken for a capsule, "),
        ("/no/such/file", "FILE: /no/such/file cannot be read: "),
        ("/spawn?units=none", "units: none is not a whole number"),
    ] {
        let output = run(own.path(), &["open", what]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{what}: {said}");
        assert!(
            said.starts_with(says) && said.contains(if says.contains("to run it") { "interleave run" } else { "accepted: " }),
            "{what}: {said}"
        );
        assert!(output.stdout.is_empty());
    }
    assert!(!own.path().join("nothing").exists(), "to look something up makes no store");
}

/// A result that a server of this folder keeps: its id and its run's.
fn kept(data: &Path) -> (String, String) {
    let server = Server::start(data);
    let experiment = r#"{"workload":"spawn","models":["tokio","threads"],"params":{"units":20},"repetitions":6,"measure":"work","lanes":"on"}"#;
    let run = server.submit(experiment);
    server.until_over(&run);
    let saved = server.post("/api/results", &format!("{{\"run\":\"{run}\"}}"));
    assert_eq!(saved.status, 201, "{}", saved.text);
    (saved.json()["id"].as_str().unwrap().to_owned(), run)
}

#[test]
fn what_this_machine_keeps_opens_by_its_link_and_by_its_run_s() {
    let own = folder();
    let data = own.path().join("data");
    let (id, of_run) = kept(&data);
    for link in [format!("http://127.0.0.1:8081/r/{id}"), format!("/r/{id}.json"), format!("/spawn?units=20&v=1&run={of_run}")] {
        let output = run(own.path(), &["open", &link, "--data", data.to_str().unwrap(), "--json"]);
        assert_eq!(json(&output)["experiment"]["workload"], "spawn", "{link}: {}", text(&output.stderr));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files.extend(self::files(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}

#[test]
fn a_site_has_every_form_of_each_result_and_no_path_from_the_top() {
    let own = folder();
    let (data, site) = (own.path().join("data"), own.path().join("site"));
    let (id, of_run) = kept(&data);
    let export =
        |what: &[&str]| run(own.path(), &[&["export", site.to_str().unwrap(), "--data", data.to_str().unwrap()], what].concat());
    let output = export(&["--address", "https://docs.example/sub"]);
    let said = text(&output.stderr);
    if said.contains("built without its page") {
        assert_eq!(output.status.code(), Some(2));
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(text(&output.stdout).contains(&format!("the result {id}, in ")), "{}", text(&output.stdout));
    assert!(!site.join(format!("r/{id}.lanes")).exists(), "nothing was named");
    for ending in ["/index.html", ".json", ".csv", ".md", ".svg", ".png", ".html", ".interleave"] {
        assert!(site.join(format!("r/{id}{ending}")).metadata().unwrap().len() > 100, "{ending}");
    }
    let page = std::fs::read_to_string(site.join(format!("r/{id}/index.html"))).unwrap();
    assert!(page.contains("<base href=\"../../\"") && page.contains("content=\"static\""), "{page}");
    assert!(page.contains(&format!("og:image\" content=\"https://docs.example/sub/r/{id}.png\"")), "{page}");
    assert!(std::fs::read_to_string(site.join("r/index.html")).unwrap().contains(&format!("href=\"./{id}/\"")));
    assert!(
        std::fs::read_to_string(site.join(format!("embed/r/{id}/index.html"))).unwrap().contains(&format!("../../../r/{id}/"))
    );
    for file in files(&site).iter().filter(|file| file.extension().is_some_and(|ending| ending == "html")) {
        let page = std::fs::read_to_string(file).unwrap();
        assert!(!page.contains("href=\"/") && !page.contains("src=\"/"), "{} has a path from the top", file.display());
    }
    let opened = json(&run(own.path(), &["open", site.join(format!("r/{id}.interleave")).to_str().unwrap(), "--json"]));
    assert_eq!(opened["experiment"]["params"]["units"], 20);

    // By the run's id it is the same result; what was chosen before and is not now is gone.
    let link = text(&run(own.path(), &with("run", &["--link"])).stdout).lines().last().unwrap().to_owned();
    assert_eq!(export(&[&of_run]).status.code(), Some(0));
    assert!(site.join(format!("r/{id}.json")).exists());
    // Of what was named the lanes are there too.
    let lanes = std::fs::read(site.join(format!("r/{id}.lanes"))).unwrap();
    let models: Vec<Lanes> = bundled(&lanes).unwrap().into_iter().map(|lanes| Lanes::of_bytes(lanes).unwrap()).collect();
    assert!(models.len() == 2 && models.iter().all(|lanes| lanes.deeds.len() >= 20), "{} models", models.len());
    assert_eq!(export(&[&link]).status.code(), Some(0));
    assert!(!site.join(format!("r/{id}.json")).exists() && files(&site.join("r")).len() == 1 + 8);
}

#[test]
fn an_export_into_what_is_something_else_or_of_what_is_not_there_changes_nothing() {
    let own = folder();
    let (site, other) = (own.path().join("site"), own.path().join("other"));
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("index.html"), "mine").unwrap();
    for (arguments, says) in [
        (vec!["export", site.to_str().unwrap(), "abcdefghijkmnpqr"], "ID: abcdefghijkmnpqr is not kept "),
        (
            vec!["export", site.to_str().unwrap(), "--address", "docs.example"],
            "--address: docs.example is none that a site can have",
        ),
        (vec!["export", other.to_str().unwrap()], "DIR: "),
    ] {
        let output = run(own.path(), &arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with(says) || said.contains("built without its page"), "{said}");
    }
    assert!(!site.exists());
    assert_eq!(std::fs::read_to_string(other.join("index.html")).unwrap(), "mine");
}
