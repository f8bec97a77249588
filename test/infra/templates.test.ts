/**
 * What is said of the templates, in one process: a synthesis takes seconds, and every `.test.ts` would pay for its own.
 */
import "./templates/data.ts";
import "./templates/functions.ts";
import "./templates/jobs.ts";
import "./templates/permissions.ts";
import "./templates/routes.ts";
import "./templates/rules.ts";
