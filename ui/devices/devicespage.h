#pragma once

#include "ui/common/stampchooser.h"
#include "ui/common/targets.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QAbstractItemModel;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace drover::ui {

class Picker;
class Placeholder;

/// The table of all devices, its filter, and *Move to…* for what is selected or shown.
class DevicesPage final : public QWidget {
    Q_OBJECT

public:
    explicit DevicesPage(QWidget *parent = nullptr);

    /// The device's id is the text of the first column.
    void setModel(QAbstractItemModel &model);
    /// Stamps for *Move to…*.
    void setFleet(std::shared_ptr<const fleet::Fleet> fleet);
    void setProductionUnlocked(bool unlocked);
    /// "x of y devices".
    void setCounts(qint64 shown, qint64 all);
    /// The rows shown are not yet those asked for; said when it takes longer than a blink.
    void setWorking(bool working);
    /// Why the query is none, shown under the box; empty takes it away.
    void setFilterProblem(const QString &problem);
    void moveSelected();
    /// True for a text that is a query of the device language and not a part of an id.
    static bool isQuery(const QString &text);

Q_SIGNALS:
    void filterChanged(const QString &text);
    void moveRequested(const drover::fleet::DeviceSet &set, const drover::StampName &to);
    void inspectRequested(const QString &id);

private:
    void build();
    void showCounts();
    void showSelection();
    QString whyNotAll() const;
    void fitColumns();
    void dropLargeSelection();
    qsizetype selectedCount() const;
    void moveShown();
    void offer(const fleet::DeviceSet &set, const fleet::SetFacts &facts);

    std::shared_ptr<const fleet::Fleet> m_fleet;
    bool m_unlocked = false;
    QLineEdit *m_filter;
    QLabel *m_problem;
    QLabel *m_counts;
    QPushButton *m_move;
    QPushButton *m_moveAll;
    QStackedWidget *m_stack;
    Placeholder *m_placeholder;
    QTableView *m_table;
    StampChooser *m_chooser;
    Picker *m_picker;
    QPushButton *m_askedWith = nullptr;
    fleet::DeviceSet m_asked;
    qint64 m_shown = 0;
    qint64 m_all = 0;
    bool m_working = false;
    bool m_columnsFit = false;
    QTimer m_blink;
};

} // namespace drover::ui
