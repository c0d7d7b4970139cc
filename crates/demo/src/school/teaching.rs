//! Who teaches what: every class and subject gets a teacher with 18 to 27
//! hours a week where there are so many hours.

use std::collections::{BTreeMap, HashSet};

use crate::model::{Class, Kit, Load, Size};

/// More hours a week than these take another teacher.
const FULL: usize = 25;

/// The teaching staff that a school needs, and what each teaches.
pub(super) struct Taught {
    /// The family of subjects of each teacher.
    pub(super) teachers: Vec<&'static str>,
    /// With teachers by place; ids come later.
    pub(super) loads: Vec<Load>,
}

/// All subjects of one family in one class or one half of it.
struct Bundle {
    class: usize,
    part: Option<i16>,
    subjects: Vec<usize>,
    hours: usize,
}

pub(super) fn assign(kit: &Kit, classes: &[Class], size: Size) -> Taught {
    let mut taught = Taught {
        teachers: Vec::new(),
        loads: Vec::new(),
    };
    let mut families: BTreeMap<&'static str, Vec<Bundle>> = BTreeMap::new();
    for (at, class) in classes.iter().enumerate() {
        for (family, subjects) in by_family(kit, class, size) {
            let hours = subjects
                .iter()
                .map(|it| usize::from(kit.subjects[*it].hours_in(class.grade)))
                .sum();
            let is_split = class.is_split()
                && subjects
                    .iter()
                    .any(|it| kit.subjects[*it].is_split_in(class.grade));
            let parts: &[Option<i16>] = if is_split {
                &[Some(1), Some(2)]
            } else {
                &[None]
            };
            for part in parts {
                let bundle = Bundle {
                    class: at,
                    part: *part,
                    subjects: subjects.clone(),
                    hours,
                };
                families.entry(family).or_default().push(bundle);
            }
        }
    }
    for (family, bundles) in families {
        let (first, teachers) = (taught.teachers.len(), share(family, &bundles));
        let count = teachers.iter().max().map_or(0, |it| it + 1);
        taught.teachers.extend(std::iter::repeat_n(family, count));
        for (bundle, teacher) in bundles.iter().zip(teachers) {
            taught
                .loads
                .extend(bundle.loads(kit, classes, first + teacher));
        }
    }
    // The order of lists: by class, then by subject.
    taught
        .loads
        .sort_by_key(|it| (it.class, it.subject, it.part));
    taught
}

impl Bundle {
    fn loads(&self, kit: &Kit, classes: &[Class], teacher: usize) -> impl Iterator<Item = Load> {
        self.subjects.iter().map(move |subject| Load {
            id: 0,
            class: self.class,
            subject: *subject,
            part: self.part,
            group: None,
            teacher,
            hours: kit.subjects[*subject].hours_in(classes[self.class].grade),
            plan: 0,
        })
    }
}

/// The subjects of a class by who teaches them.
fn by_family(kit: &Kit, class: &Class, size: Size) -> BTreeMap<&'static str, Vec<usize>> {
    let mut families: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (at, subject) in kit.subjects.iter().enumerate() {
        if subject.hours_in(class.grade) > 0 {
            let family = subject.family_in(class.grade);
            let family = if size == Size::Rural {
                merged(family)
            } else {
                family
            };
            families.entry(family).or_default().push(at);
        }
    }
    families
}

/// In a small school one teacher has several families.
fn merged(family: &'static str) -> &'static str {
    match family {
        "inf" | "phys" => "math",
        "geo" | "chem" => "bio",
        "art" => "labour",
        "obzr" => "pe",
        other => other,
    }
}

/// The teacher of each bundle: the least busy one, the largest bundle first.
fn share(family: &str, bundles: &[Bundle]) -> Vec<usize> {
    if family == "primary" {
        return (0..bundles.len()).collect();
    }
    let total: usize = bundles.iter().map(|it| it.hours).sum();
    let halves = bundles.iter().any(|it| it.part.is_some());
    let count = total.div_ceil(FULL).max(if halves { 2 } else { 1 });
    let mut hours = vec![0; count];
    let mut teachers = vec![0; bundles.len()];
    let mut order: Vec<usize> = (0..bundles.len()).collect();
    order.sort_by_key(|it| std::cmp::Reverse(bundles[*it].hours));
    let mut of_other_half: BTreeMap<usize, usize> = BTreeMap::new();
    for at in order {
        let bundle = &bundles[at];
        let taken = bundle
            .part
            .and_then(|_| of_other_half.get(&bundle.class).copied());
        let free = (0..count).filter(|it| Some(*it) != taken);
        let teacher = free.min_by_key(|it| hours[*it]).unwrap_or(0);
        hours[teacher] += bundle.hours;
        teachers[at] = teacher;
        of_other_half.insert(bundle.class, teacher);
    }
    teachers
}

/// The class teacher is whoever teaches the class most and has no class yet.
pub(super) fn name_class_teachers(classes: &mut [Class], taught: &Taught) {
    let mut busy = HashSet::new();
    for (at, class) in classes.iter_mut().enumerate() {
        let mut hours: BTreeMap<usize, u32> = BTreeMap::new();
        for it in taught
            .loads
            .iter()
            .filter(|it| it.class == at && it.part.is_none())
        {
            *hours.entry(it.teacher).or_default() += u32::from(it.hours);
        }
        let free = |it: &(&usize, &u32)| !busy.contains(it.0);
        let most = hours.iter().filter(free).max_by_key(|it| *it.1);
        let anybody = hours.iter().max_by_key(|it| *it.1);
        if let Some((teacher, _)) = most.or(anybody) {
            class.teacher = *teacher;
            busy.insert(*teacher);
        }
    }
}
