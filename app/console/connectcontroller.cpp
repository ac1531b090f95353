#include "app/console/connectcontroller.h"

#include "app/engine/profile.h"
#include "ui/connect/firststartpage.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

QString doing(const Source &source)
{
    if (!source.scenario.isEmpty())
        return u"Starting the simulated Azure…"_s;
    return source.profile.isEmpty() ? u"Connecting…"_s : u"Connecting to %1…"_s.arg(source.profile);
}

/// What the next start finds. A journal on a server is the fleet's; a file that somebody named is for this once.
Result<void> keep(const Source &source, const ConnectionFacts &facts)
{
    const Result<QString> folder = engine::dataFolder();
    if (!folder)
        return Failure(folder.error());
    const engine::Profiles profiles(*folder);
    const QString journal = migration::isServer(facts.journal) ? facts.journal : QString();
    if (!source.endpoints.isEmpty())
        return profiles.save({facts.name, QFileInfo(source.endpoints).absoluteFilePath(), journal});
    Result<engine::Profile> known = profiles.named(source.profile.isEmpty() ? facts.name : source.profile);
    // Its strings may not be in the keychain: then there is no profile.
    if (!known || journal.isEmpty() || known->journal == journal)
        return {};
    known->journal = journal;
    return profiles.save(*known);
}

Source withJournal(Source source, const ui::FirstStartPage &page)
{
    source.journal = page.journal();
    source.journalPassword = page.journalPassword().toUtf8();
    return source;
}

} // namespace

ConnectController::ConnectController(BackendThread &backend, ui::FirstStartPage &page, QString journal, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
    , m_journal(std::move(journal))
{
    connect(&m_page, &ui::FirstStartPage::simulateRequested, this, [this](const QString &scenario) {
        Source source;
        source.scenario = scenario;
        source.speed = m_speed;
        open(source);
    });
    connect(&m_page, &ui::FirstStartPage::connectRequested, this, [this](const QString &file) {
        Source source;
        source.endpoints = file;
        open(withJournal(std::move(source), m_page));
    });
    connect(&m_page, &ui::FirstStartPage::connectStringsRequested, this, [this](const QStringList &strings) {
        Source source;
        source.connectionStrings = strings;
        open(withJournal(std::move(source), m_page));
    });
}

void ConnectController::open(const Source &source)
{
    if (m_opening)
        return;
    m_opening = true;
    m_speed = source.speed;
    m_page.showProgress(doing(source));
    Q_EMIT opening(source);
    m_backend.open(this, source, m_journal, [this, source](const Result<ConnectionFacts> &facts) { take(source, facts); });
}

void ConnectController::take(const Source &source, const Result<ConnectionFacts> &facts)
{
    m_opening = false;
    if (!facts) {
        m_page.showError(facts.error());
        Q_EMIT refused();
        return;
    }
    m_page.showReady();
    remember(source, *facts);
    Q_EMIT opened(*facts);
}

void ConnectController::remember(const Source &source, const ConnectionFacts &facts)
{
    if (!source.scenario.isEmpty())
        return;
    if (const Result<void> kept = keep(source, facts); !kept) {
        Q_EMIT failed(kept.error());
        return;
    }
    Q_EMIT remembered(source.profile.isEmpty() ? facts.name : source.profile);
}

} // namespace drover::console
