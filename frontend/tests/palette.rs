//! The page's own colours can be read on every ground that they stand on, light and dark. (The models' colours are the engine's
//! to test.)

const STYLES: [&str; 3] =
    [include_str!("../styles/base.css"), include_str!("../styles/code.css"), include_str!("../styles/panel.css")];

/// The two values of `--name: light-dark(#light, #dark)`.
fn pair(name: &str) -> [&'static str; 2] {
    values_after(&format!("--{name}: "))
}

fn values_after(before: &str) -> [&'static str; 2] {
    let style = STYLES.iter().find_map(|style| style.split_once(before)).unwrap_or_else(|| panic!("no {before}")).1;
    let (light, rest) = style.strip_prefix("light-dark(").unwrap().split_once(", ").unwrap();
    [light, rest.split_once(')').unwrap().0]
}

/// Relative luminance of `#rrggbb`, as WCAG 2.2 defines it.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let share = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[track_caller]
fn reads(what: &str, colours: [&str; 2], grounds: &[&str], least: f64) {
    for ground in grounds {
        for (colour, ground) in colours.into_iter().zip(pair(ground)) {
            let contrast = contrast(colour, ground);
            assert!(contrast >= least, "{what} {colour} on {ground}: {contrast:.2}, not {least}");
        }
    }
}

#[test]
fn text_reads_on_every_ground() {
    reads("ink", pair("ink"), &["ground", "card", "soft"], 7.0);
    reads("muted", pair("muted"), &["ground", "card", "soft"], 4.5);
    reads("wrong", pair("wrong"), &["ground", "card"], 4.5);
}

#[test]
fn code_reads_on_its_card() {
    for class in [".k", ".t, pre .x", ".l"] {
        reads(class, values_after(&format!("pre {class} {{ color: ")), &["card", "ground"], 4.5);
    }
}

#[test]
fn code_reads_where_a_line_is_marked_or_is_one_side_s_alone() {
    let grounds = ["soft", "left-alone", "right-alone"];
    for class in [".k", ".t, pre .x", ".l"] {
        reads(class, values_after(&format!("pre {class} {{ color: ")), &grounds, 4.5);
    }
    reads("muted", pair("muted"), &grounds, 4.5);
    reads("ink", pair("ink"), &grounds, 7.0);
    reads("−", values_after("content: \"−\"; color: "), &["left-alone"], 4.5);
    reads("+", values_after("content: \"+\"; color: "), &["right-alone"], 4.5);
}

#[test]
fn the_edge_of_what_can_be_operated_is_seen() {
    reads("edge", pair("edge"), &["ground", "card"], 3.0);
}

#[test]
fn contrast_is_that_of_the_standard() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 1e-9);
    assert!((contrast("#ffffff", "#767676") - 4.54).abs() < 0.01);
}
