//! Marks can be told apart: from both grounds, and from each other by people of the three common kinds of colour blindness.

use engine::Registry;
use protocol::catalog::Look;
use protocol::{Machine, Model};

const LIGHT_GROUNDS: [&str; 2] = ["#fbfaf8", "#ffffff"];
const DARK_GROUNDS: [&str; 2] = ["#121418", "#181b20"];

fn models() -> Vec<Model> {
    Registry::empty().catalog(&Machine::default()).models
}

/// Linear light, 0 to 1. Source: IEC 61966-2-1 (sRGB).
fn linear(hex: &str) -> [f64; 3] {
    let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
    [1, 3, 5].map(channel).map(|value| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
}

/// Source: WCAG 2.2, contrast ratio.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |hex: &str| {
        let [red, green, blue] = linear(hex);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What is seen without one of the three kinds of cones. Source: Machado, Oliveira, Fernandes, "A physiologically-based model for
/// simulation of color vision deficiency" (2009), severity 1.0.
const BLINDNESS: [(&str, [[f64; 3]; 3]); 3] = [
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deuteranopia", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

/// Oklab, where distances are about what people see. Source: B. Ottosson, "A perceptual color space for image processing" (2020).
fn oklab([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).max(0.0).cbrt();
    let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).max(0.0).cbrt();
    let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).max(0.0).cbrt();
    [
        0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
    ]
}

fn distance(a: &str, b: &str, seen: &[[f64; 3]; 3]) -> f64 {
    let seen = |hex: &str| {
        let light = linear(hex);
        oklab(seen.map(|row| row.iter().zip(light).map(|(weight, channel)| weight * channel).sum::<f64>()))
    };
    seen(a).iter().zip(seen(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn text_is_read_on_the_deepest_cell_of_a_heat_map() {
    // As in `charts::heat`: so much of a model's colour on a card, mixed as styles do.
    const DEEPEST: f64 = 0.38;
    let mixed = |colour: &str, card: &str| {
        let channel = |hex: &str, at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        let both = |at| (DEEPEST * channel(colour, at) + (1.0 - DEEPEST) * channel(card, at)).round() as u8;
        format!("#{:02x}{:02x}{:02x}", both(1), both(3), both(5))
    };
    for Model { id, look, .. } in models() {
        for (colour, card, ink) in [(&look.light, LIGHT_GROUNDS[1], "#1b1d22"), (&look.dark, DARK_GROUNDS[1], "#eceae6")] {
            let contrast = contrast(ink, &mixed(colour, card));
            assert!(contrast >= 4.5, "{id}, {colour} on {card}: {contrast:.2}");
        }
    }
}

#[test]
fn a_model_s_colour_is_read_as_text_on_both_grounds() {
    for model in models() {
        for (colour, grounds) in [(&model.look.light, LIGHT_GROUNDS), (&model.look.dark, DARK_GROUNDS)] {
            for ground in grounds {
                assert!(contrast(colour, ground) >= 4.5, "{}: {colour} on {ground}: {:.2}", model.id, contrast(colour, ground));
            }
        }
    }
}

#[test]
fn no_two_models_have_the_same_mark() {
    let models = models();
    for (index, a) in models.iter().enumerate() {
        for b in &models[index + 1..] {
            assert_ne!((a.look.shape, a.look.notched), (b.look.shape, b.look.notched), "{} and {}", a.id, b.id);
        }
    }
}

/// Models of one shape differ by a notch alone; everywhere else the shape tells, so a colour need only differ where shapes are
/// alike.
#[test]
fn neighbours_of_one_shape_stay_apart_in_colour_for_every_kind_of_colour_blindness() {
    let models = models();
    let alike = |a: &Model, b: &Model| a.look.shape == b.look.shape;
    for (index, a) in models.iter().enumerate() {
        for b in models[index + 1..].iter().filter(|b| alike(a, b)) {
            for theme in [|look: &Look| look.light.clone(), |look: &Look| look.dark.clone()] {
                let (one, other) = (theme(&a.look), theme(&b.look));
                for (name, seen) in &BLINDNESS {
                    let apart = distance(&one, &other, seen);
                    assert!(apart >= 0.05, "{} and {} ({one}, {other}) under {name}: {apart:.3}", a.id, b.id);
                }
            }
        }
    }
}

#[test]
fn the_measures_are_those_of_their_sources() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
    let same = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    assert!((distance("#000000", "#ffffff", &same) - 1.0).abs() < 1e-3);
}
