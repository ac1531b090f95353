#include "tests/gui/sample.h"
#include "ui/board/boardpage.h"
#include "ui/connect/firststartpage.h"
#include "ui/devices/devicespage.h"
#include "ui/inspect/inspectpage.h"
#include "ui/plan/plantray.h"
#include "ui/plan/reviewdialog.h"
#include "ui/plan/optionseditor.h"
#include "ui/run/runspage.h"
#include "ui/shell/mainwindow.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QStandardItemModel>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

void hover(ui::BoardPage &board, const QString &setText, QStringView stamp)
{
    auto *data = new QMimeData;
    data->setData(QLatin1StringView(ui::setMimeType), setText.toUtf8());
    ui::BoardCanvas *canvas = board.canvas();
    ui::StampCard *card = canvas->card(test::stampName(stamp));
    const QPoint at = card->mapTo(canvas, card->rect().center());
    QDragEnterEvent enter(at, Qt::MoveAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas, &enter);
    QCoreApplication::processEvents();
    QDragMoveEvent move(card->mapTo(canvas, card->rect().center()), Qt::MoveAction, data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas, &move);
}

void fillDevices(ui::MainWindow &window)
{
    auto *model = new QStandardItemModel(60, 6, &window);
    model->setHorizontalHeaderLabels({u"Device"_s, u"Stamp"_s, u"Group"_s, u"Connection"_s, u"Status"_s, u"Last activity"_s});
    for (int row = 0; row < 60; ++row) {
        const QStringList cells {u"berlin-%1"_s.arg(row, 4, 10, QChar(u'0')), u"canary-eu"_s, u"berlin-meters"_s, u"connected"_s, u"enabled"_s,
            u"14:01:%1"_s.arg(row, 2, 10, QChar(u'0'))};
        for (int column = 0; column < 6; ++column)
            model->setItem(row, column, new QStandardItem(cells[column]));
    }
    window.devices()->setModel(*model);
    window.devices()->setCounts(8'000, 412'380);
}

void showMatches(ui::InspectPage &page)
{
    std::vector<ui::InspectionMatch> matches;
    for (int i = 0; i < 20; ++i)
        matches.push_back({u"berlin-%1"_s.arg(i, 4, 10, QChar(u'0')), {}});
    page.setMatches(u"berlin"_s, matches, true);
}

ui::MainWindow::Page pageOf(const QString &name)
{
    using Page = ui::MainWindow::Page;
    if (name.startsWith(u"run"_s))
        return Page::Runs;
    if (name.startsWith(u"devices"_s))
        return Page::Devices;
    return name.startsWith(u"inspect"_s) ? Page::Inspect : Page::Board;
}

/// Pages as they are before there is much to show on them.
void showStates(ui::MainWindow &window, const QString &page)
{
    if (page == u"devicesnone") {
        window.devices()->findChild<QLineEdit *>(u"filter"_s)->setText(u"zebra"_s);
        window.devices()->setCounts(0, 412'380);
    }
    static const std::map<QString, QString> pressed {
        {u"runstop"_s, u"stop"_s}, {u"runretry"_s, u"retryAll"_s}, {u"runpace"_s, u"pace"_s}, {u"runskip"_s, u"skip"_s}};
    if (const auto button = pressed.find(page); button != pressed.end())
        window.runs()->findChild<QPushButton *>(button->second)->click();
    if (page == u"inspectmatches")
        showMatches(*window.inspect());
    if (page == u"inspectwaiting")
        window.inspect()->showWaiting(u"berlin-0412"_s);
}

void show(ui::MainWindow &window, const QString &page)
{
    window.setSpeed(60);
    if (page == u"connect" || page == u"connecterror") {
        if (page == u"connecterror")
            window.connectPage()->showError({.what = u"contoso-dps refused the key (401)."_s,
                .remedy = u"Use a policy with Enrollment Write and Registration State Read, or sign in with Entra ID."_s});
        return;
    }
    const auto fleet = test::sampleFleet(page.startsWith(u"devices"_s) ? 100 : 1);
    window.setFleet(fleet);
    window.setNow(fleet->taken + std::chrono::seconds(4));
    if (page != u"boardempty")
        window.setPlan(test::samplePlan());
    fillDevices(window);
    window.runs()->setStatus(test::sampleStatus());
    if (page == u"rungate")
        window.runs()->setStatus(test::pausedAtGate());
    if (page == u"runfinished" || page == u"runretry")
        window.runs()->setStatus(test::finishedWithFailures());
    if (page == u"runslowed") {
        run::RunStatus slowed = test::sampleStatus();
        slowed.slowed = u"contoso-dps bears 70 % of its limit now"_s;
        window.runs()->setStatus(slowed);
    }
    if (page == u"runs2") {
        run::RunStatus other = test::sampleStatus();
        other.id = u"run-13"_s;
        other.title = u"Run 13 · pilot-meters"_s;
        other.phase = run::Phase::Paused;
        window.runs()->setStatus(other);
    }
    window.inspect()->setInspection(test::sampleInspection());
    window.showPage(pageOf(page));
    showStates(window, page);
    if (page == u"banner")
        window.showError({.what = u"eu-2 did not answer."_s, .remedy = u"Its numbers are 4 minutes old. Drover tries again every 30 s."_s});
}

} // namespace

/// drover-preview PAGE light|dark OUT.png WIDTHxHEIGHT
int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 5)
        return 2;
    const QString page = arguments[1];
    ui::MainWindow window;
    window.setTheme(arguments[2] == u"dark" ? ui::Theme::Dark : ui::Theme::Light);
    window.resize(arguments[4].section(u'x', 0, 0).toInt(), arguments[4].section(u'x', 1, 1).toInt());
    window.show();
    QWidget *shown = &window;
    show(window, page);
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
    if (page == u"drag") {
        window.board()->setProductionUnlocked(true);
        QCoreApplication::processEvents();
        hover(*window.board(), u"group:cold-chain-v3"_s, u"eu-1");
    }
    if (page == u"locked")
        hover(*window.board(), u"group:cold-chain-v3"_s, u"canary-eu");
    if (page == u"review")
        shown = new ui::ReviewDialog(test::samplePlan(), &window);
    if (page == u"runundo")
        shown = new ui::ReviewDialog(test::sampleUndo(), &window);
    if (page == u"waves")
        shown = new ui::OptionsEditor({}, &window);
    shown->show();
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
    return shown->grab().save(arguments[3]) ? 0 : 1;
}
