#pragma once

#include <QWidget>

#include <optional>

namespace drover::ui {

/// How full a stamp is, and hatched what it would become.
class CapacityBar final : public QWidget {
    Q_OBJECT

public:
    explicit CapacityBar(QWidget *parent = nullptr);
    void setFill(qint64 population, std::optional<qint64> ceiling, bool reachable);
    /// What the bar would fill to; absent takes the ghost away.
    void setGhost(std::optional<qint64> after);
    std::optional<qint64> ghost() const { return m_ghost; }
    QSize sizeHint() const override { return {120, 10}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    double share(qint64 devices) const;
    QColor color(double share) const;

    qint64 m_population = 0;
    std::optional<qint64> m_ceiling;
    bool m_reachable = true;
    std::optional<qint64> m_ghost;
};

} // namespace drover::ui
