#pragma once

#include "ui/common/widgets.h"
#include "ui/run/runrules.h"

namespace drover::ui {

/// The devices that are off the way, by lane and cause, each with what can be done about it.
class LanesCard final : public Card {
    Q_OBJECT

public:
    explicit LanesCard(QWidget *parent = nullptr);
    void show(const run::RunStatus &status, const RunRules &rules);

Q_SIGNALS:
    /// Those that failed because of this; all of them with an empty cause.
    void retryAsked(const QString &cause);
    void skipAsked(const drover::run::Lane &lane);

private:
    void fill();
    QWidget *line(const run::Lane &lane, qsizetype index);
    void showRules();

    std::vector<run::Lane> m_lanes;
    RunRules m_rules;
    QLabel *m_title;
    QPushButton *m_retryAll;
    QVBoxLayout *m_lines;
};

} // namespace drover::ui
