#pragma once

#include "ui/common/widgets.h"
#include "ui/run/runrules.h"

#include <QPointer>

#include <array>

class QHBoxLayout;
class QLineEdit;
class QProgressBar;
class QSpinBox;

namespace drover::ui {

/// The strip below a run's title that says what a wish comes to, in numbers that stay true, before it is confirmed; and the
/// gate that asks a person. It blocks nothing else.
class SteerPanel final : public QFrame {
    Q_OBJECT

public:
    explicit SteerPanel(QWidget *parent = nullptr);
    /// Another run, or a wish that cannot be any more, closes it.
    void setStatus(const run::RunStatus &status, const RunRules &rules);
    void askStop() { ask(Topic::Stop); }
    /// Those whose cause holds the text, all with an empty one.
    void askRetry(const QString &cause);
    /// A lane, or nobody in particular: ids are typed then.
    void askSkip(const std::optional<run::Lane> &lane);
    void askPace();
    /// Something that takes a moment, in words; empty when it is over.
    void setWorking(const QString &doing);

Q_SIGNALS:
    void resumeConfirmed();
    void stopConfirmed();
    void returnConfirmed();
    void retryConfirmed(const QString &cause);
    void skipConfirmed(const drover::ui::RunChoice &choice);
    void paceConfirmed(double share);

private:
    enum class Topic { None, Gate, Stop, Retry, Skip, Pace, Working };
    struct Figure {
        QWidget *box;
        QLabel *value;
        QLabel *name;
    };

    void build();
    QWidget *makePaces();
    void ask(Topic topic);
    void close();
    bool isPossible() const;
    void show();
    void showGate();
    void showStop();
    void showRetry();
    void showSkip();
    void showPace();
    void setWords(const QString &title, const QString &text);
    void setFigures(const std::vector<std::pair<int, QString>> &figures);
    QStringList typedIds() const;
    void confirm();
    void confirmOther();

    run::RunStatus m_status;
    RunRules m_rules;
    Topic m_topic = Topic::None;
    QString m_cause;
    std::optional<run::DeviceState> m_lane;
    QLabel *m_title;
    QLabel *m_text;
    std::array<Figure, 5> m_figures;
    QLineEdit *m_ids;
    QWidget *m_paces;
    QSpinBox *m_share;
    QProgressBar *m_busy;
    QPushButton *m_primary;
    QPushButton *m_other;
    QPushButton *m_cancel;
    /// Where the keyboard was when the question came up.
    QPointer<QWidget> m_focusBefore;
};

} // namespace drover::ui
