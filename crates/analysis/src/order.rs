//! The one sort of analysis and charts. Sorting is generic over what is sorted and how, and each kind of it is five kilobytes of
//! the page; so numbers are sorted, and what belongs to them is put into their order.

/// The places of these numbers from the least to the greatest; equal ones keep their order.
pub(crate) fn ascending(numbers: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    places.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    places
}

/// These numbers from the least to the greatest.
pub(crate) fn sorted(numbers: &[f64]) -> Vec<f64> {
    ascending(numbers).into_iter().map(|place| numbers[place]).collect()
}

/// These things in the order of a number that each has; equal ones keep theirs.
#[must_use]
pub fn by<T: Clone>(things: &[T], number: impl Fn(&T) -> f64) -> Vec<T> {
    let numbers: Vec<f64> = things.iter().map(number).collect();
    ascending(&numbers).into_iter().map(|place| things[place].clone()).collect()
}
