use std::collections::HashMap;

use curriculum::PlanItem;
use kernel::LessonId;

/// What a filled lesson took.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) item: Option<i64>,
    pub(crate) topic: String,
}

/// The next item of the plan for a lesson (CUR-5).
///
/// `before` are the lessons of the same load up to and without this one that
/// were not cancelled: a cancelled lesson eats no topic, those after it move.
/// `taken` tells which item a filled lesson took; one whose topic is the
/// teacher's own took none. Behind the last item taken, every lesson that is
/// still empty will take one. A topic typed word for word as the plan has it
/// is the plan's.
pub(crate) fn next_item<'a>(
    items: &'a [PlanItem],
    before: &[LessonId],
    taken: &HashMap<LessonId, Taken>,
) -> Option<&'a PlanItem> {
    let place = |lesson: &LessonId| {
        let taken = taken.get(lesson)?;
        let same = |it: &PlanItem| it.topic == taken.topic;
        items
            .iter()
            .position(|it| Some(it.id.get()) == taken.item)
            .or_else(|| items.iter().position(same))
    };
    let last = before.iter().rposition(|it| place(it).is_some());
    let (from, behind) = match last {
        Some(at) => (place(&before[at]).map_or(0, |it| it + 1), &before[at + 1..]),
        None => (0, before),
    };
    let waiting = behind.iter().filter(|it| !taken.contains_key(it)).count();
    items.get(from + waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: i64) -> Vec<PlanItem> {
        (1..=count)
            .map(|id| PlanItem {
                id: id.into(),
                number: i16::try_from(id).unwrap_or_default(),
                topic: format!("Тема {id}"),
                homework: String::new(),
            })
            .collect()
    }

    /// Lessons with the item each took; 0 is a topic of one's own.
    fn next(before: &[(i64, Option<i64>)]) -> Option<i64> {
        let lessons: Vec<LessonId> = before.iter().map(|it| it.0.into()).collect();
        let taken = before
            .iter()
            .filter_map(|(id, taken)| {
                let topic = "Своя тема".to_owned();
                let item = Some((*taken)?).filter(|it| *it != 0);
                Some(((*id).into(), Taken { item, topic }))
            })
            .collect();
        next_item(&items(5), &lessons, &taken).map(|it| it.id.get())
    }

    #[test]
    fn an_empty_journal_takes_the_items_in_order() {
        assert_eq!(next(&[]), Some(1));
        assert_eq!(next(&[(1, None), (2, None)]), Some(3));
        assert_eq!(
            next(&[(1, None), (2, None), (3, None), (4, None), (5, None)]),
            None
        );
    }

    #[test]
    fn after_a_filled_lesson_comes_the_next_item() {
        assert_eq!(next(&[(1, Some(1)), (2, Some(2))]), Some(3));
        // Somebody forgot the first lesson: its item is not brought back.
        assert_eq!(next(&[(1, None), (2, Some(2))]), Some(3));
        // An item was taken out of order.
        assert_eq!(next(&[(1, Some(4))]), Some(5));
    }

    #[test]
    fn a_topic_of_ones_own_eats_no_item() {
        assert_eq!(next(&[(1, Some(1)), (2, Some(0))]), Some(2));
        assert_eq!(next(&[(1, Some(0)), (2, None)]), Some(2));
    }

    #[test]
    fn a_topic_typed_as_the_plan_has_it_is_the_plans() {
        let typed = Taken {
            item: None,
            topic: "Тема 3".to_owned(),
        };
        let found = next_item(&items(5), &[1.into()], &[(1.into(), typed)].into()).map(|it| it.id);
        assert_eq!(found, Some(4.into()));
    }

    #[test]
    fn an_item_of_another_plan_counts_as_ones_own() {
        assert_eq!(next(&[(1, Some(1)), (2, Some(99))]), Some(2));
    }
}
