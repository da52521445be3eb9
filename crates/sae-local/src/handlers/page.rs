//! Pages of lists.

use crate::domain::Refusal;

/// A number of items for an answer.
pub fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// Number of the page, from 1.
    pub number: i64,
    /// Number of items on a full page.
    pub size: i64,
    /// Number of items on all pages.
    pub total: i64,
    /// The items on this page.
    pub items: Vec<T>,
}

/// The requested page of a list. Refuses numbers below 1 and sizes outside 1 to 10,000.
pub fn page<T>(
    items: impl IntoIterator<Item = T>,
    number: Option<i64>,
    size: Option<i64>,
    default_size: i64,
) -> Result<Page<T>, Refusal> {
    let number = number.unwrap_or(1);
    let size = size.unwrap_or(default_size);
    if number < 1 {
        return Err(Refusal::invalid("CurrentPage"));
    }
    if !(1..=PAGE_LIMIT).contains(&size) {
        return Err(Refusal::invalid("PageSize"));
    }
    let start = usize::try_from((number - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
    let mut total = 0;
    let mut kept = Vec::new();
    for item in items {
        if (start..end).contains(&total) {
            kept.push(item);
        }
        total += 1;
    }
    Ok(Page { number, size, total: count(total), items: kept })
}

/// The largest page that today's reference allows.
pub const PAGE_LIMIT: i64 = 10_000;

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_list_is_cut_into_pages() {
        let cut = |number, size| {
            page(0..5, number, size, 2).map(|page| page.items).map_err(|refusal| refusal.arguments().to_vec())
        };
        assert_eq!(cut(None, None), Ok(vec![0, 1]));
        assert_eq!(cut(Some(3), None), Ok(vec![4]));
        assert_eq!(cut(Some(4), None), Ok(vec![]));
        assert_eq!(cut(Some(i64::MAX), Some(10)), Ok(vec![]));
        assert_eq!(cut(Some(1), Some(10)), Ok(vec![0, 1, 2, 3, 4]));
        assert_eq!(cut(Some(0), None), Err(vec!["CurrentPage".to_owned()]));
        assert_eq!(cut(None, Some(0)), Err(vec!["PageSize".to_owned()]));
    }
}
