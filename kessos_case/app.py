"""create_app: registers the features and the glue, nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kessos_case.access import filter_pages, hooks
from kessos_case.access import pages as access_pages
from kessos_case.access import routes as access_routes
from kessos_case.aid import import_pages as aid_import_pages
from kessos_case.aid import import_routes as aid_import_routes
from kessos_case.aid import pages as aid_pages
from kessos_case.aid import routes as aid_routes
from kessos_case.alumni import pages as alumni_pages
from kessos_case.alumni import routes as alumni_routes
from kessos_case.cases import casework_pages, casework_routes, conference_routes, guest_pages, plan_routes
from kessos_case.cases import routes as cases_routes
from kessos_case.clients import consent_pages, household_pages
from kessos_case.clients import pages as client_pages
from kessos_case.clients import routes as clients_routes
from kessos_case.core.settings import settings
from kessos_case.dependency import pages as dependency_pages
from kessos_case.dependency import routes as dependency_routes
from kessos_case.employment import business_routes, question_pages, vacancy_routes
from kessos_case.employment import pages as employment_pages
from kessos_case.employment import routes as employment_routes
from kessos_case.graduation import pages as graduation_pages
from kessos_case.graduation import review_pages as graduation_review_pages
from kessos_case.graduation import routes as graduation_routes
from kessos_case.journey import case_pages, caseload_pages, hand_over_pages, opening_pages, person_pages, transfer_pages
from kessos_case.journey import routes as journey_routes
from kessos_case.letters import pages as letter_pages
from kessos_case.letters import routes as letters_routes
from kessos_case.nights import routes as nights_routes
from kessos_case.notes import pages as note_pages
from kessos_case.notes import paper_pages
from kessos_case.notes import routes as notes_routes
from kessos_case.notices import pages as notices_pages
from kessos_case.notices import routes as notices_routes
from kessos_case.partners import import_pages as partner_import_pages
from kessos_case.partners import import_routes as partner_import_routes
from kessos_case.partners import pages as partner_pages
from kessos_case.partners import routes as partners_routes
from kessos_case.reference import routes as reference_routes
from kessos_case.referrals import answer_pages, answer_routes, batch_routes, inbox_pages, offer_routes, report_pages
from kessos_case.referrals import desk_pages as referrals_desk_pages
from kessos_case.referrals import hooks as referrals_hooks
from kessos_case.referrals import pages as referrals_pages
from kessos_case.referrals import routes as referrals_routes
from kessos_case.referrals import step_pages as referrals_step_pages
from kessos_case.reports import cohort_pages, cohort_routes
from kessos_case.reports import pages as reports_pages
from kessos_case.reports import routes as reports_routes
from kessos_case.reports import training_pages as training_figure_pages
from kessos_case.reports import training_routes as training_figure_routes
from kessos_case.residence import pages as residence_pages
from kessos_case.residence import routes as residence_routes
from kessos_case.tasks import routes as tasks_routes
from kessos_case.today import pages as today_pages
from kessos_case.today import task_pages
from kessos_case.training import pages as training_pages
from kessos_case.training import routes as training_routes
from kessos_case.web import api, errors, headers, language, observe, pages
from kessos_case.webhooks import pages as webhooks_pages
from kessos_case.webhooks import routes as webhooks_routes

# From the ground floor up.
API = (
    reference_routes.blp,
    access_routes.blp,
    notices_routes.blp,
    webhooks_routes.blp,
    clients_routes.blp,
    tasks_routes.blp,
    cases_routes.blp,
    casework_routes.blp,
    conference_routes.blp,
    plan_routes.blp,
    partners_routes.blp,
    partner_import_routes.blp,
    referrals_routes.blp,
    batch_routes.blp,
    offer_routes.blp,
    answer_routes.blp,
    aid_routes.blp,
    aid_import_routes.blp,
    notes_routes.blp,
    training_routes.blp,
    residence_routes.blp,
    employment_routes.blp,
    vacancy_routes.blp,
    business_routes.blp,
    dependency_routes.blp,
    graduation_routes.blp,
    alumni_routes.blp,
    journey_routes.blp,
    letters_routes.blp,
    reports_routes.blp,
    cohort_routes.blp,
    training_figure_routes.blp,
    nights_routes.blp,
)
PAGES = (
    access_pages.blp,
    notices_pages.blp,
    webhooks_pages.blp,
    filter_pages.blp,
    client_pages.blp,
    partner_pages.blp,
    household_pages.blp,
    referrals_pages.blp,
    report_pages.blp,
    referrals_desk_pages.blp,
    referrals_step_pages.blp,
    inbox_pages.blp,
    answer_pages.blp,
    partner_import_pages.blp,
    aid_pages.blp,
    aid_import_pages.blp,
    dependency_pages.blp,
    graduation_pages.blp,
    graduation_review_pages.blp,
    alumni_pages.blp,
    letter_pages.blp,
    consent_pages.blp,
    casework_pages.blp,
    guest_pages.blp,
    note_pages.blp,
    paper_pages.blp,
    case_pages.blp,
    opening_pages.blp,
    transfer_pages.blp,
    caseload_pages.blp,
    hand_over_pages.blp,
    person_pages.blp,
    today_pages.blp,
    task_pages.blp,
    training_pages.blp,
    residence_pages.blp,
    employment_pages.blp,
    question_pages.blp,
    reports_pages.blp,
    cohort_pages.blp,
    training_figure_pages.blp,
)


def create_app() -> Flask:
    """The web application of this process, configured by core.settings."""
    options = settings()
    app = Flask("kessos_case.web")
    app.config["MAX_CONTENT_LENGTH"] = options.max_body_bytes
    if options.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, options.trusted_proxies, options.trusted_proxies)  # type: ignore[method-assign]
    for glue in (observe, errors, headers, language, pages, hooks, referrals_hooks):
        glue.register(app)
    smorest = api.create_api(app)
    for blueprint in API:
        smorest.register_blueprint(blueprint, url_prefix="/api/v1")
    for page in PAGES:
        app.register_blueprint(page)
    return app
