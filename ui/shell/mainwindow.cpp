#include "ui/shell/mainwindow.h"

#include "ui/board/boardpage.h"
#include "ui/common/format.h"
#include "ui/common/widgets.h"
#include "ui/connect/firststartpage.h"
#include "ui/devices/devicespage.h"
#include "ui/inspect/inspectpage.h"
#include "ui/plan/plantray.h"
#include "ui/run/runpage.h"
#include "ui/run/runspage.h"
#include "ui/shell/banner.h"
#include "ui/shell/rail.h"

#include <QScreen>

using namespace Qt::StringLiterals;

namespace drover::ui {

namespace {

/// A widget that was made before the theme keeps the desktop's font: so the theme comes first.
Theme themed(Theme theme)
{
    applyTheme(theme);
    return theme;
}

} // namespace

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent)
    , m_theme(themed(Theme::System))
    , m_rail(new Rail(this))
    , m_header(new PageHeader(this))
    , m_find(new QLineEdit(this))
    , m_banner(new Banner(this))
    , m_stack(new QStackedWidget(this))
{
    setWindowTitle(u"Drover"_s);
    setMinimumSize(1024, 600);
    // With room for what a window manager puts around it.
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - QSize(8, 40)));
    m_find->setObjectName(u"find"_s);
    m_find->setPlaceholderText(tr("Find a device…   Ctrl K"));
    m_find->setFixedWidth(300);
    m_header->trailing()->addWidget(m_find);
    makePages();
    makeRail();
    makeActions();
    joinPages();

    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_header);
    right->addWidget(m_banner);
    right->addWidget(m_stack, 1);
    auto *content = new QWidget(this);
    auto *row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(right, 1);
    setCentralWidget(content);
    showPage(Page::Connect);
}

void MainWindow::makePages()
{
    m_board = new BoardPage;
    m_tray = new PlanTray;
    m_runs = new RunsPage;
    m_devices = new DevicesPage;
    m_inspect = new InspectPage;
    m_connect = new FirstStartPage;
    auto *boardAndTray = new QWidget;
    auto *row = new QHBoxLayout(boardAndTray);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_board, 1);
    row->addWidget(m_tray);
    // In the order of Page.
    for (QWidget *page : std::initializer_list<QWidget *> {boardAndTray, m_devices, m_runs, m_inspect, m_connect})
        m_stack->addWidget(page);
}

void MainWindow::makeRail()
{
    m_buttons = {m_rail->addPage(u"board"_s, tr("Board")), m_rail->addPage(u"devices"_s, tr("Devices")),
        m_rail->addPage(u"runs"_s, tr("Runs")), m_rail->addPage(u"inspect"_s, tr("Inspect")),
        m_rail->addPage(u"connect"_s, tr("Connect"))};
    for (size_t i = 0; i < m_buttons.size(); ++i)
        connect(m_buttons[i], &QAbstractButton::clicked, this, [this, i] { showPage(static_cast<Page>(i)); });
    RailButton *theme = m_rail->addTool(u"theme"_s, tr("Theme"));
    theme->setToolTip(tr("Light, dark, or as the system"));
    connect(theme, &QAbstractButton::clicked, this, &MainWindow::chooseTheme);
}

void MainWindow::addAction(const QString &text, const QKeySequence &keys, const std::function<void()> &done)
{
    auto *action = new QAction(text, this);
    action->setShortcut(keys);
    QMainWindow::addAction(action);
    connect(action, &QAction::triggered, this, done);
}

void MainWindow::makeActions()
{
    for (int i = 0; i < 4; ++i)
        addAction(m_buttons[static_cast<size_t>(i)]->text(), QKeySequence(u"Ctrl+%1"_s.arg(i + 1)),
            [this, i] { showPage(static_cast<Page>(i)); });
    addAction(tr("Find"), QKeySequence(u"Ctrl+K"_s), [this] { find(); });
    addAction(tr("Review the plan"), QKeySequence(u"Ctrl+Return"_s), [this] {
        if (m_page == Page::Board)
            m_tray->openReview();
    });
    addAction(tr("Refresh"), QKeySequence(u"Ctrl+R"_s), [this] { Q_EMIT refreshRequested(); });
    addAction(tr("Move to…"), QKeySequence(u"Ctrl+M"_s), [this] {
        if (m_page == Page::Devices)
            m_devices->moveSelected();
        else if (m_page == Page::Board && !m_board->moveFocused())
            showBanner(Tone::Neutral, tr("Choose a device set first"), tr("Tab or click to it, then press Ctrl+M again."));
    });
}

void MainWindow::joinPages()
{
    connect(m_board, &BoardPage::productionUnlocked, m_devices, &DevicesPage::setProductionUnlocked);
    connect(m_board, &BoardPage::refused, this, [this](const QString &reason) { showBanner(Tone::Warn, reason); });
    connect(m_devices, &DevicesPage::inspectRequested, this, [this](const QString &id) {
        showPage(Page::Inspect);
        m_inspect->inspect(id);
    });
    connect(m_find, &QLineEdit::returnPressed, this, &MainWindow::find);
}

void MainWindow::find()
{
    const QString text = m_find->text().trimmed();
    m_find->clear();
    showPage(Page::Inspect);
    m_inspect->focusBox();
    if (!text.isEmpty())
        m_inspect->inspect(text);
}

void MainWindow::setFleet(std::shared_ptr<const fleet::Fleet> fleet)
{
    const bool first = !m_fleet;
    m_fleet = fleet;
    m_board->setFleet(fleet);
    m_devices->setFleet(std::move(fleet));
    if (first && m_page == Page::Connect)
        showPage(Page::Board);
    showHeader();
}

void MainWindow::setPlan(const plan::Plan &plan)
{
    m_tray->setPlan(plan);
    m_board->setMoves(plan.moves);
}

void MainWindow::clearPlan()
{
    m_tray->clearPlan();
    m_board->setMoves({});
}

void MainWindow::setSpeed(double speed)
{
    m_speed = speed;
    showHeader();
}

void MainWindow::setProgress(const QString &progress)
{
    m_progress = progress;
    showHeader();
}

void MainWindow::setNow(Instant now)
{
    m_now = now;
    showHeader();
}

void MainWindow::showPage(Page page)
{
    m_page = page;
    m_stack->setCurrentIndex(static_cast<int>(page));
    m_buttons[static_cast<size_t>(page)]->setChecked(true);
    m_stack->currentWidget()->setFocus();
    // Runs and Inspect have title rows of their own.
    m_header->setVisible(page == Page::Board || page == Page::Devices);
    if (page == Page::Inspect)
        m_inspect->focusBox();
    showHeader();
    Q_EMIT pageShown(page);
}

void MainWindow::showHeader()
{
    if (!m_fleet) {
        m_header->setTitle(u"Drover"_s);
        m_header->setPill({});
        m_header->setNote(tr("not connected"));
        return;
    }
    m_header->setTitle(m_fleet->name);
    const QString speed = m_speed > 1 ? u" ×"_s + QLocale::c().toString(m_speed, 'g', 6) : QString();
    m_header->setPill(m_fleet->simulated ? tr("Simulated Azure") + speed : QString());
    m_runs->page()->setSimulated(m_fleet->simulated ? tr("Simulated") + speed : QString());
    qint64 devices = 0;
    for (const fleet::Stamp &stamp : m_fleet->stamps)
        devices += stamp.population();
    QStringList note {counted(std::ssize(m_fleet->stamps), tr("stamp"), tr("stamps")), counted(devices, tr("device"), tr("devices"))};
    if (m_now)
        note += tr("updated %1").arg(ago(std::max(Duration(0), *m_now - m_fleet->taken)));
    if (!m_progress.isEmpty())
        note = QStringList {note.front(), m_progress};
    if (!m_fleet->gaps.empty())
        note += tr("incomplete: %1").arg(m_fleet->gaps.front().what);
    m_header->setNote(note.join(u" · "_s));
}

void MainWindow::showBanner(Tone tone, const QString &what, const QString &remedy)
{
    m_banner->show(tone, what, remedy);
}

void MainWindow::showOffer(Tone tone, const QString &what, const QString &remedy, const QString &action, const std::function<void()> &done)
{
    m_banner->show(tone, what, remedy);
    m_banner->setAction(action, done);
}

void MainWindow::clearBanner()
{
    m_banner->hide();
}

void MainWindow::setTheme(Theme theme)
{
    m_theme = theme;
    applyTheme(theme);
    Q_EMIT themeChanged(theme);
}

void MainWindow::chooseTheme()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const std::array names {tr("As the system"), tr("Light"), tr("Dark")};
    for (size_t i = 0; i < names.size(); ++i) {
        QAction *action = menu->addAction(names[i]);
        action->setCheckable(true);
        action->setChecked(static_cast<size_t>(m_theme) == i);
        connect(action, &QAction::triggered, this, [this, i] { setTheme(static_cast<Theme>(i)); });
    }
    menu->popup(m_rail->mapToGlobal(QPoint(m_rail->width(), m_rail->height() - menu->sizeHint().height() - 8)));
}

QByteArray MainWindow::saveLayout() const
{
    QByteArray bytes;
    QDataStream out(&bytes, QDataStream::WriteOnly);
    out << saveGeometry() << static_cast<qint32>(m_page) << static_cast<qint32>(m_theme);
    return bytes;
}

void MainWindow::restoreLayout(const QByteArray &bytes)
{
    QDataStream in(bytes);
    QByteArray geometry;
    qint32 page = 0;
    qint32 theme = 0;
    in >> geometry >> page >> theme;
    if (in.status() != QDataStream::Ok || page < 0 || page > qint32(Page::Connect) || theme < 0 || theme > qint32(Theme::Dark))
        return;
    restoreGeometry(geometry);
    setTheme(static_cast<Theme>(theme));
    // Without a fleet the other pages have nothing to say.
    if (m_fleet)
        showPage(static_cast<Page>(page));
}

} // namespace drover::ui
