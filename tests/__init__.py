"""The tests of osallisuus; they mirror the package."""
