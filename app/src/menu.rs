//! The menu of the application (`ux.md` §3.3): at most seven sections for a
//! role, in the order that `web` knows; the pages of a section are its tabs.

use kernel::Role::{
    self, Admin, Deputy, Director, Ministry, MunicipalOperator, Parent, Pupil, RegionAdmin,
    Secretary, Teacher,
};
use web::{NavItem, NavPart};

const LEADS: &[Role] = &[Director, Deputy, Admin];
const STAFF: &[Role] = &[Director, Deputy, Admin, Teacher, Secretary];
const FAMILY: &[Role] = &[Parent, Pupil];
const UNITS: &[Role] = &[MunicipalOperator, Ministry, RegionAdmin];

/// Every section that has a page.
pub(crate) const SECTIONS: &[NavItem] = &[
    NavItem::new("today", "house", STAFF).at("/o/{org}/"),
    NavItem::new("my-day", "sun", FAMILY).at("/my/day"),
    NavItem::new("diary", "book-open", FAMILY).with(&[NavPart::new("diary", "/my/diary/week")
        .and(&[
            "/my/exams",
            "/my/preschool",
            "/my/portfolio",
            "/my/reports",
            "/my/documents",
        ])]),
    NavItem::new("marks", "trending-up", FAMILY).at("/my/diary/marks"),
    NavItem::new("notifications", "bell", FAMILY).at("/my/notifications"),
    NavItem::new("journal", "notebook-pen", &[Teacher]).with(&[
        JOURNALS,
        NavPart::new("attendance", "/o/{org}/attendance").and(&[
            "/o/{org}/journal/*/attendance",
            "/o/{org}/preschool",
            "/o/{org}/preschool/*",
            "/o/{org}/preschool/*/*",
        ]),
        EXAMS,
        REPORTS,
        REMARKS,
        CORRECTIONS,
    ]),
    NavItem::new("control", "clipboard-check", LEADS).with(&[
        NavPart::new("deadlines", "/o/{org}/control").and(&[
            "/o/{org}/control/debts",
            "/o/{org}/control/discipline",
            "/o/{org}/deadlines",
            "/o/{org}/deadlines/class",
        ]),
        NavPart::new("filling", "/o/{org}/control/filling"),
        JOURNALS,
        REPORTS,
        NavPart::new("attendance", "/o/{org}/attendance/day").and(&[
            "/o/{org}/attendance",
            "/o/{org}/journal/*/attendance",
            "/o/{org}/preschool",
            "/o/{org}/preschool/*",
            "/o/{org}/preschool/*/*",
        ]),
        REMARKS,
        CORRECTIONS,
    ]),
    NavItem::new("control", "clipboard-check", UNITS).at("/hub/{org}/deadlines"),
    NavItem::new("deadlines", "calendar-clock", &[Teacher, Secretary]).at("/o/{org}/deadlines"),
    NavItem::new(
        "timetable",
        "calendar-days",
        &[Deputy, Teacher, Parent, Pupil],
    )
    .at("/o/{org}/timetable"),
    NavItem::new("plans", "files", &[Teacher])
        .with(&[PLANS, CLASSES, SUBJECTS, LOAD, YEARS, SCALES]),
    NavItem::new("study", "graduation-cap", LEADS).with(&[
        CLASSES,
        LOAD,
        PLANS,
        EXAMS,
        SUBJECTS,
        YEARS,
        SCALES,
        NavPart::new("timetable", "/o/{org}/timetable")
            .only(&[Director, Admin])
            .and(&["/o/{org}/timetable/*"]),
    ]),
    NavItem::new("contingent", "users", LEADS).with(&[
        PUPILS,
        NavPart::new("parents", "/o/{org}/people/parents").only(&[Director, Deputy]),
        NavPart::new("staff", "/o/{org}/people/staff")
            .only(&[Deputy])
            .and(&["/o/{org}/people/staff/dismissed"]),
        ATTESTATION.only(&[Deputy]),
        ORDERS,
        REGISTER,
        TRANSFERS,
        BOOKS,
        CONSENTS,
        COMPLETENESS,
        PROPOSALS.only(&[Deputy, Admin]),
        DUPLICATES.only(&[Deputy, Admin]),
        BY_NUMBER.only(&[Director]),
    ]),
    NavItem::new("life", "bookmark", &[Director, Deputy, Admin, Teacher]).with(&[
        PORTFOLIO,
        EVENTS,
        CLUBS,
        MEETINGS,
        ASSOCIATIONS,
        BASE,
    ]),
    NavItem::new("people", "user-check", &[Admin]).with(&[
        WORKERS,
        ATTESTATION,
        NavPart::new("parents", "/o/{org}/people/parents"),
        ACCOUNTS,
        NavPart::new("access", "/o/{org}/settings/access"),
        RIGHTS,
    ]),
    NavItem::new("pupils", "users", &[Teacher, Secretary]).with(&[
        PUPILS,
        NavPart::new("parents", "/o/{org}/people/parents").only(&[Teacher]),
        CONSENTS,
        COMPLETENESS,
        REPORTS.only(&[Secretary]),
        PROPOSALS,
        NavPart::new("certificates", "/o/{org}/movement/certificates")
            .only(&[Teacher])
            .and(&["/o/{org}/movement/certificates/*"]),
        DUPLICATES.only(&[Secretary]),
        BY_NUMBER.only(&[Secretary]),
        // Of the own class: whoever leads none finds nobody there.
        ACCOUNTS.only(&[Teacher]),
    ]),
    NavItem::new("parents", "user", &[Secretary]).at("/o/{org}/people/parents"),
    NavItem::new("staff", "briefcase", &[Secretary]).with(&[WORKERS, ATTESTATION]),
    NavItem::new("personnel", "briefcase", &[Director]).with(&[WORKERS, ATTESTATION]),
    NavItem::new("movement", "arrow-left-right", &[Secretary])
        .with(&[ORDERS, REGISTER, TRANSFERS, BOOKS]),
    NavItem::new("school", "school", &[Director, Deputy, Admin, Secretary]).with(&[
        NavPart::new("card", "/o/{org}/settings/org"),
        NavPart::new("options", "/o/{org}/settings/options").only(&[Deputy, Admin]),
        RULES.only(LEADS),
        CLASSES.only(&[Secretary]),
        EXAMS.only(&[Secretary]),
        SHEETS.only(&[Secretary]),
        EVENTS.only(&[Secretary]),
        CLUBS.only(&[Secretary]),
        MEETINGS.only(&[Secretary]),
        BASE.only(&[Secretary]),
        NavPart::new("timetable", "/o/{org}/timetable")
            .only(&[Secretary])
            .and(&["/o/{org}/timetable/*"]),
        DICTIONARIES.only(&[Deputy, Admin]),
        NavPart::new("setup", "/o/{org}/setup")
            .only(&[Deputy, Admin])
            .and(&["/o/{org}/setup/*"]),
        NavPart::new("rollover", "/o/{org}/settings/rollover")
            .only(LEADS)
            .and(&["/o/{org}/settings/rollover/*"]),
        NavPart::new("import", "/o/{org}/import").only(&[Deputy, Admin, Secretary]),
        NavPart::new("jobs", "/o/{org}/jobs"),
        NavPart::new("letters", "/o/{org}/settings/mail").only(&[Admin]),
        ACCOUNTS.only(&[Deputy]),
        NavPart::new("access", "/o/{org}/settings/access").only(&[Director, Deputy]),
        RIGHTS.only(&[Director, Deputy]),
        ERASURES.only(&[Director, Admin]),
    ]),
    NavItem::new("forms", "files", UNITS).at("/hub/{org}/forms"),
    NavItem::new("pupils", "users", &[MunicipalOperator]).at("/hub/{org}/people"),
    NavItem::new("attestation", "briefcase", &[MunicipalOperator]).at("/hub/{org}/attestation"),
    NavItem::new("visits", "trending-up", UNITS).at("/hub/{org}/visits"),
    NavItem::new("rules", "calendar-days", UNITS).with(&[RULES, DICTIONARIES]),
    NavItem::new("people", "user-check", &[RegionAdmin]).with(&[
        ACCOUNTS,
        NavPart::new("access", "/o/{org}/settings/access"),
        RIGHTS,
        ERASURES,
    ]),
    NavItem::new("letters", "mail", &[RegionAdmin]).at("/o/{org}/settings/mail"),
];

/// «Почта демонстрации», in a demonstration only.
pub(crate) const DEMO_MAIL: NavItem = NavItem::new("demo-mail", "mail", &[]).at("/demo/mail");

const DICTIONARIES: NavPart = NavPart::new("dictionaries", "/o/{org}/settings/directories")
    .and(&["/o/{org}/settings/directories/*"]);
const RULES: NavPart = NavPart::new("rules", "/o/{org}/settings/deadlines").and(&[
    "/o/{org}/settings/deadlines/*",
    "/o/{org}/settings/workdays",
]);
const RIGHTS: NavPart =
    NavPart::new("rights", "/o/{org}/settings/rights").and(&["/o/{org}/settings/rights/*"]);
const ERASURES: NavPart = NavPart::new("erasures", "/o/{org}/erasures")
    .and(&["/o/{org}/erasures/*", "/o/{org}/retention"]);
const ACCOUNTS: NavPart = NavPart::new("accounts", "/o/{org}/settings/accounts").and(&[
    "/o/{org}/settings/accounts/*",
    "/o/{org}/settings/proposals",
    "/o/{org}/settings/factor",
    "/o/{org}/settings/security",
]);
const JOURNALS: NavPart = NavPart::new("journals", "/o/{org}/journal");
const REPORTS: NavPart = NavPart::new("reports", "/o/{org}/reports").and(&[
    "/o/{org}/reports/*",
    "/o/{org}/reports/copies/*",
    "/o/{org}/reports/archive/*",
    "/o/{org}/reports/builder/*",
    "/o/{org}/reports/builder/*/edit",
    "/o/{org}/reports/forms/*",
    "/o/{org}/reports/forms/*/cell",
]);
const REMARKS: NavPart = NavPart::new("remarks", "/o/{org}/journal/remarks");
const CORRECTIONS: NavPart = NavPart::new("corrections", "/o/{org}/journal/corrections");
const WORKERS: NavPart =
    NavPart::new("staff", "/o/{org}/people/staff").and(&["/o/{org}/people/staff/dismissed"]);
const ATTESTATION: NavPart = NavPart::new("attestation", "/o/{org}/people/attestation")
    .and(&["/o/{org}/people/attestation/*"]);
const EVENTS: NavPart = NavPart::new("events", "/o/{org}/events").and(&[
    "/o/{org}/events/*",
    "/o/{org}/events/*/edit",
    "/o/{org}/events/*/participants",
]);
const CLUBS: NavPart = NavPart::new("clubs", "/o/{org}/clubs").and(&[
    "/o/{org}/clubs/*",
    "/o/{org}/clubs/*/edit",
    "/o/{org}/clubs/*/members",
    "/o/{org}/clubs/*/days",
]);
const MEETINGS: NavPart = NavPart::new("meetings", "/o/{org}/meetings")
    .and(&["/o/{org}/meetings/*", "/o/{org}/meetings/*/edit"]);
const ASSOCIATIONS: NavPart = NavPart::new("associations", "/o/{org}/study/associations").and(&[
    "/o/{org}/study/associations/*",
    "/o/{org}/study/associations/*/edit",
    "/o/{org}/study/associations/*/items/*",
]);
const BASE: NavPart =
    NavPart::new("base", "/o/{org}/settings/base").and(&["/o/{org}/settings/base/*"]);
const PORTFOLIO: NavPart = NavPart::new("portfolio", "/o/{org}/portfolio")
    .and(&["/o/{org}/portfolio/*/*", "/o/{org}/portfolio/*/*/*"]);
const PUPILS: NavPart = NavPart::new("pupils", "/o/{org}/people/pupils");
const CONSENTS: NavPart = NavPart::new("consents", "/o/{org}/people/consents").and(&[
    "/o/{org}/people/consents/*",
    "/o/{org}/people/consents/*/withdraw",
]);
const PROPOSALS: NavPart = NavPart::new("proposals", "/o/{org}/people/proposals");
const COMPLETENESS: NavPart = NavPart::new("completeness", "/o/{org}/people/completeness").and(&[
    "/o/{org}/people/completeness/people",
    "/o/{org}/people/completeness/fill",
]);
const DUPLICATES: NavPart = NavPart::new("duplicates", "/o/{org}/people/duplicates")
    .and(&["/o/{org}/people/duplicates/merge"]);
const BY_NUMBER: NavPart = NavPart::new("by-number", "/o/{org}/people/by-number");
const ORDERS: NavPart = NavPart::new("orders", "/o/{org}/movement/orders");
const REGISTER: NavPart = NavPart::new("register", "/o/{org}/movement/register");
const TRANSFERS: NavPart = NavPart::new("transfers", "/o/{org}/movement/transfers").and(&[
    "/o/{org}/movement/transfers/*",
    "/o/{org}/movement/transfers/*/accept",
]);
const BOOKS: NavPart = NavPart::new("books", "/o/{org}/movement/numbers").and(&[
    "/o/{org}/movement/numbers/*",
    "/o/{org}/movement/alphabet",
    "/o/{org}/movement/alphabet/*",
    "/o/{org}/movement/leavers",
    "/o/{org}/movement/certificates",
    "/o/{org}/movement/certificates/*",
]);
const CLASSES: NavPart = NavPart::new("classes", "/o/{org}/study/classes").and(&[
    "/o/{org}/study/classes/*",
    "/o/{org}/study/classes/*/groups",
]);
const LOAD: NavPart = NavPart::new("load", "/o/{org}/study/load").and(&["/o/{org}/study/load/*"]);
const PLANS: NavPart =
    NavPart::new("plans", "/o/{org}/study/plans").and(&["/o/{org}/study/plans/*"]);
const SUBJECTS: NavPart =
    NavPart::new("subjects", "/o/{org}/study/subjects").and(&["/o/{org}/study/subjects/*"]);
const YEARS: NavPart =
    NavPart::new("years", "/o/{org}/study/years").and(&["/o/{org}/study/years/*"]);
const SCALES: NavPart = NavPart::new("scales", "/o/{org}/study/scales");
const SHEETS: NavPart = NavPart::new("sheets", "/o/{org}/preschool")
    .and(&["/o/{org}/preschool/*", "/o/{org}/preschool/*/*"]);
const EXAMS: NavPart = NavPart::new("exams", "/o/{org}/study/exams")
    .and(&["/o/{org}/study/testing", "/o/{org}/study/exams/scales"]);
