//! Marks, attendance, topics and homework; the diary. Owns schema `journal`.
