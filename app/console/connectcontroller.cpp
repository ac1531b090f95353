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

Source fromFile(const QString &file)
{
    Source source;
    source.endpoints = file;
    return source;
}

Source fromStrings(const QStringList &strings)
{
    Source source;
    source.connectionStrings = strings;
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
    connect(&m_page, &ui::FirstStartPage::connectRequested, this, [this](const QString &file) { open(fromFile(file)); });
    connect(&m_page, &ui::FirstStartPage::connectStringsRequested, this, [this](const QStringList &strings) { open(fromStrings(strings)); });
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
    if (!source.endpoints.isEmpty()) {
        const Result<QString> folder = engine::dataFolder();
        const Result<void> saved = folder
            ? engine::Profiles(*folder).save({facts.name, QFileInfo(source.endpoints).absoluteFilePath()})
            : Result<void>(Failure(folder.error()));
        if (!saved) {
            Q_EMIT failed(saved.error());
            return;
        }
    }
    Q_EMIT remembered(source.profile.isEmpty() ? facts.name : source.profile);
}

} // namespace drover::console
