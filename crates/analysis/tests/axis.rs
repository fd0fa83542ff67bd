//! Labels beside what they name, wherever that is.

use analysis::axis::apart;
use proptest::prelude::*;

const END: f64 = 100.0;

/// Where labels belong: crowded at either end, beyond it, and anywhere.
fn wanted() -> impl Strategy<Value = Vec<f64>> {
    let one = prop_oneof![0.0..END, 0.0..3.0, END - 3.0..END, Just(0.0), Just(END), -20.0..END + 20.0];
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn labels_keep_the_gap_and_their_order_and_stay_inside_if_they_fit(wanted in wanted(), gap in 0.0..20.0_f64) {
        let places = apart(&wanted, gap, END);
        prop_assert_eq!(places.len(), wanted.len());
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]).then(places[*one].total_cmp(&places[*other])));
        for pair in order.windows(2) {
            prop_assert!(places[pair[1]] - places[pair[0]] >= gap - 1e-9, "{wanted:?}, {gap}: {places:?}");
        }
        let fit = gap * wanted.len().saturating_sub(1) as f64 <= END;
        let greatest = if fit { END } else { f64::INFINITY };
        prop_assert!(places.iter().all(|place| (-1e-9..=greatest + 1e-9).contains(place)), "{wanted:?}, {gap}: {places:?}");
    }

    #[test]
    fn labels_that_are_apart_stay_where_they_are(wanted in wanted(), gap in 0.0..20.0_f64) {
        let first = apart(&wanted, gap, END);
        let fit = gap * wanted.len().saturating_sub(1) as f64 <= END;
        for (once, twice) in first.iter().zip(apart(&first, gap, END)).filter(|_| fit) {
            prop_assert!((once - twice).abs() < 1e-6, "{wanted:?}, {gap}: {once} became {twice}");
        }
    }
}

#[test]
fn a_block_that_is_kept_inside_takes_the_one_above_it_along() {
    // Two labels belong past the end, and the third just before where they come to stand.
    assert_eq!(apart(&[85.0, 100.0, 100.0], 10.0, 100.0), [80.0, 90.0, 100.0]);
}
