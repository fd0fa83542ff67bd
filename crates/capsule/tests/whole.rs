//! A whole capsule opens to exactly what was put in.

use capsule::{Capsule, Carried, Detail, bytes_of, content, gather, log, open, pack, shared, text_of};
use protocol::Run;

mod support;
use support::sample;

fn capsule_of(run: &Run) -> Capsule {
    Capsule { results: vec![Carried { name: "mine".into(), ..Carried::from(run.clone()) }], ..Capsule::default() }
}

#[test]
fn the_sample_opens_to_itself_in_its_shared_form() {
    let run = sample();
    let packed = pack(&capsule_of(&run), Detail::Whole);
    let opened = open(&packed.bytes).unwrap();
    assert_eq!(opened, capsule_of(&shared(&run)));
    assert_eq!(packed.left_out, []);
    assert!(packed.bytes.len() < content(&run).len());
}

#[test]
fn the_log_of_an_opened_result_folds_to_it() {
    let run = shared(&sample());
    assert_eq!(Run::of_log(&log(&run)), run);
}

#[test]
fn a_text_or_a_link_has_the_bytes() {
    let bytes = pack(&capsule_of(&sample()), Detail::Whole).bytes;
    let text = text_of(&bytes);
    for text in [text.clone(), format!("https://example.org/c#{text}"), format!(" <http://127.0.0.1:8080/c#{text}>\n")] {
        assert_eq!(bytes_of(&text).as_ref(), Ok(&bytes));
    }
}

#[test]
fn a_result_that_is_gathered_twice_is_there_once() {
    let one = capsule_of(&sample());
    let mut other = capsule_of(&sample());
    other.results[0].run.submission.id = "other".into();
    let gathered = gather(vec![one.clone(), other.clone(), one.clone()]);
    assert_eq!(gathered.results, [one.results, other.results].concat());
}

#[test]
fn results_that_have_something_in_common_carry_it_once() {
    let one = pack(&capsule_of(&sample()), Detail::Whole).bytes.len();
    let mut two = capsule_of(&sample());
    let mut again = two.results[0].clone();
    again.run.submission.id = "again".into();
    again.run.trials.clear();
    again.run.took_ms.clear();
    two.results.push(again);
    let packed = pack(&two, Detail::Whole);
    assert!(packed.bytes.len() < one + 400, "{} and {one} bytes", packed.bytes.len());
    assert_eq!(open(&packed.bytes).unwrap().results[1].run.submission, shared(&two.results[1].run).submission);
}
